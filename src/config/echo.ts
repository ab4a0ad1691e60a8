/**
 * Decides how much of a value an error may show. A value that may be a misplaced secret is shown by its
 * length only.
 */

/** The expected form of a value. A value is shown in full or in part only if it has this form. */
export type ValueForm = "word" | "address" | "url" | "path";

/** Every valid secret is longer than this. In UTF-16 code units. */
const MAX_SHORT_LENGTH = 7;

/** Returns `(hidden, 12 characters)`. */
export function hidden(text: string): string {
  const { length } = [...text];
  return `(hidden, ${length} character${length === 1 ? "" : "s"})`;
}

/** Returns the value in quotes if it cannot be a secret, the origin if it is a URL, otherwise its length. */
export function echo(text: string, form: ValueForm): string {
  if (mayBeShown(text, form)) return JSON.stringify(text);
  const url = form === "url" && !/oauth:/i.test(text) ? URL.parse(text) : null;
  // A URL's user, path and query may contain a key.
  if (url && url.host !== "" && `${url.protocol}//${url.host}` === text.replace(/\/$/, "")) {
    return JSON.stringify(text);
  }
  if (url && url.host !== "") return `${JSON.stringify(`${url.protocol}//${url.host}/…`)} ${hidden(text)}`;
  return hidden(text);
}

export function mayBeShown(text: string, form: ValueForm): boolean {
  if (/oauth:/i.test(text)) return false;
  if (text.length <= MAX_SHORT_LENGTH) return !mixesLettersAndDigits(text);
  if (form === "address") {
    const host = /^(?:\w{1,5}:\/\/)?([\w.*[\]:-]*):\d{1,5}$/.exec(text)?.[1];
    return host !== undefined && (!mixesLettersAndDigits(host) || /^\[[0-9a-f:.]+\]$/i.test(host));
  }
  if (form === "path") {
    const looksLikePath = /^[\w./ -]+$/.test(text) && (text.includes("/") || /\.[a-z]{1,6}$/i.test(text));
    // Tokens and passwords do not begin with `/`, `./` or `../`.
    return looksLikePath && (/^\.{0,2}\//.test(text) ||
      !text.split(/[/. _-]/).some((part) => part.length > 7 && mixesLettersAndDigits(part)));
  }
  return false;
}

/**
 * Returns a name from an env file, hidden unless it looks like a setting: a secret on a line may end in `=`.
 */
export function echoName(name: string): string {
  return /^[A-Z][A-Z0-9]{0,15}(?:_[A-Z0-9]{1,15})+$/.test(name) ? name : `a name ${hidden(name)}`;
}

function mixesLettersAndDigits(text: string): boolean {
  return /[A-Za-z]/.test(text) && /\d/.test(text);
}
