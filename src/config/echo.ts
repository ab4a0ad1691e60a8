/** What messages about settings may repeat of a value: whatever may be a secret in the wrong place is told by its length only. */

/** What a value ought to be; it is repeated in full or in part only where it looks like that. */
export type ValueForm = "word" | "address" | "url" | "path";

/** Shorter than every secret that is accepted. */
const MAX_SHORT_LENGTH = 7;

/** `(hidden, 12 characters)` */
export function hidden(text: string): string {
  const { length } = [...text];
  return `(hidden, ${length} character${length === 1 ? "" : "s"})`;
}

/** The value in quotes where it surely is no secret, its beginning where that is a URL's, else its length. */
export function echo(text: string, form: ValueForm): string {
  if (mayBeShown(text, form)) return JSON.stringify(text);
  const url = form === "url" && !/oauth:/i.test(text) ? URL.parse(text) : null;
  // A URL's user, path and query may hold a key.
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
    // Tokens and passwords do not begin as a path from the root or from here does.
    return looksLikePath && (/^\.{0,2}\//.test(text) ||
      !text.split(/[/. _-]/).some((part) => part.length > 7 && mixesLettersAndDigits(part)));
  }
  return false;
}

/** A name of an env file's line: only one that looks like a setting's, since a secret alone on its line may end in `=`. */
export function echoName(name: string): string {
  return /^[A-Z][A-Z0-9]{0,15}(?:_[A-Z0-9]{1,15})+$/.test(name) ? name : `a name ${hidden(name)}`;
}

function mixesLettersAndDigits(text: string): boolean {
  return /[A-Za-z]/.test(text) && /\d/.test(text);
}
