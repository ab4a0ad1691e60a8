/** A user's name in their colour. */

/** For users without a colour: one of twelve hues, always the same for a user. */
const PALETTE = [
  "#d0453b",
  "#c4692a",
  "#a98212",
  "#6d9327",
  "#2f9a4e",
  "#1f9b83",
  "#2492ae",
  "#3f7fd0",
  "#6a6fd8",
  "#9561cf",
  "#bd54ad",
  "#cd4a7c",
];

export interface NameProps {
  /** `undefined` for users that are not in the archive: the name is no link. */
  userId?: number;
  login: string;
  displayName?: string;
  /** As sent; anything but `#RRGGBB` counts as none. */
  color?: string;
}

/** The stylesheet adjusts the lightness, so that the name is readable in both themes. */
export function Name({ userId, login, displayName, color }: NameProps) {
  const style = `--n:${nameColor(color, userId ?? login)}`;
  const shown = displayName || login;
  // A localized name does not show the login, which mentions and searches use.
  const name = shown.toLowerCase() === login ? shown : (
    <>
      {shown} <span class="login">({login})</span>
    </>
  );
  return userId === undefined
    ? <span class="name" style={style}>{name}</span>
    : <a class="name" style={style} href={`/users/${userId}`}>{name}</a>;
}

/** The address of the user with this login. The `@` distinguishes a login of digits from an id. */
export function userAddress(login: string): string {
  return `/users/${/^\d+$/.test(login) ? "@" : ""}${encodeURIComponent(login)}`;
}

export function nameColor(color: string | undefined, key: number | string): string {
  if (color && /^#[0-9a-f]{6}$/i.test(color)) return color;
  let hash = 0;
  for (const point of String(key)) hash = (hash * 31 + point.charCodeAt(0)) % 9973;
  return PALETTE[hash % PALETTE.length]!;
}
