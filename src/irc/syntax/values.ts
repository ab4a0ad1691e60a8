/** Decides which values of tags fit a column, so that the original value can be restored exactly. */
import { unescapeTag } from "./tags.ts";

/** Whether a login is lower-case, not empty, and has the same form as a tag's value, in a prefix and as a parameter. */
export function isKey(login: string | undefined): login is string {
  if (login === undefined || login === "") return false;
  for (let i = 0; i < login.length; i++) {
    const code = login.charCodeAt(i);
    const plain = (code >= 97 && code <= 122) || (code >= 48 && code <= 57) || code === 95;
    if (!plain) return login === login.toLowerCase() && !/[\s\\;:!@]/.test(login);
  }
  return true;
}

/** The value if it has no escapes and is not empty; else `undefined`. */
export function nonEmpty(value: string | undefined): string | undefined {
  return value === undefined || value === "" || value.includes("\\") ? undefined : value;
}

/** The unescaped value. */
export function plain(value: string | undefined): string | undefined {
  return value === undefined ? undefined : unescapeTag(value);
}

/** The number from 1 to 2^53 - 1 that the value denotes; `undefined` if it has a sign, a leading zero or a space. */
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
