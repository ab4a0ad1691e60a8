/** Marks live rows by highlight rules. The rows are the same for all readers; what marks them comes just before them. */
import { sound } from "./sound.js";

export function createMarks() {
  /** Elements of `LiveMark` by the id of their row. */
  const marks = new Map();
  const { sounds } = document.documentElement.dataset;

  return {
    /** Takes the marks out of what arrived. */
    take(fragment) {
      for (const mark of fragment.querySelectorAll("[data-marks]")) {
        marks.set(mark.dataset.marks, mark);
        mark.remove();
      }
    },
    /** Puts them into their rows. */
    put(rows) {
      let isHeard = false;
      for (const row of rows) {
        const mark = marks.get(row.dataset.id);
        if (!mark) continue;
        row.dataset.mark = mark.dataset.mark;
        row.querySelector(".body").prepend(...mark.childNodes);
        isHeard ||= "sounds" in mark.dataset;
      }
      marks.clear();
      if (isHeard && sounds !== undefined) sound();
    },
  };
}
