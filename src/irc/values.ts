/** Which values of tags fit a column, so that they can be written again exactly as they came. */
import { unescapeTag } from "../chat/tags.ts";

/** Lower-case, not empty, and the same written as a tag's value, in a prefix or as a parameter. */
export function isKey(login: string | undefined): login is string {
  if (login === undefined || login === "") return false;
  for (let i = 0; i < login.length; i++) {
    const code = login.charCodeAt(i);
    const plain = (code >= 97 && code <= 122) || (code >= 48 && code <= 57) || code === 95;
    if (!plain) return login === login.toLowerCase() && !/[\s\\;:!@]/.test(login);
  }
  return true;
}

/** A value without escapes, and not empty. */
export function nonEmpty(value: string | undefined): string | undefined {
  return value === undefined || value === "" || value.includes("\\") ? undefined : value;
}

/** What the value means. */
export function plain(value: string | undefined): string | undefined {
  return value === undefined ? undefined : unescapeTag(value);
}

/** A number from 1 to 2^53 - 1 that is written like one: without sign, leading zero or space. */
export function wholeNumber(value: string | undefined): number | undefined {
  if (value === undefined || value.length === 0 || value.length > 16) return undefined;
  let number = 0;
  for (let i = 0; i < value.length; i++) {
    const digit = value.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return undefined;
    number = number * 10 + digit;
  }
  return value.charCodeAt(0) !== 48 && number <= Number.MAX_SAFE_INTEGER ? number : undefined;
}
