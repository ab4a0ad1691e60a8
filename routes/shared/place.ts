/** Reads the position of a page in a timeline from an address: `before_id`, `after_id` and `page`. */
import { z } from "zod";
import type { Place } from "../../src/chat/place.ts";
import { id, optional, page } from "../../src/web/params.ts";

export const PlaceFields = { before_id: optional(id), after_id: optional(id) };
export const PagedPlaceFields = { ...PlaceFields, page: optional(page) };

const Fields = z.object(PagedPlaceFields).partial();

/** @param limit events per page. `page` counts such pages from the newest; it is ignored with `after_id` */
export function placeOf({ before_id, after_id, page = 1 }: z.infer<typeof Fields>, limit: number): Place {
  if (after_id !== undefined) return { at: "after", id: after_id, before: before_id };
  const skip = (page - 1) * limit;
  return before_id === undefined ? { at: "newest", skip } : { at: "before", id: before_id, skip };
}
