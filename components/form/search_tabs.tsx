/** Tabs of the searches, which keep the query. */

export interface SearchTabsProps {
  current: "messages" | "channels" | "users" | "saved";
  q: string;
}

const TABS = [
  ["messages", "Messages", "/search/messages"],
  ["channels", "Channels", "/search/channels"],
  ["users", "People", "/search/users"],
  ["saved", "Saved", "/searches"],
] as const;

export function SearchTabs({ current, q }: SearchTabsProps) {
  const query = q === "" ? "" : `?${new URLSearchParams({ q })}`;
  return (
    <nav class="tabs" aria-label="What to search">
      {TABS.map(([name, words, path]) => (
        <a href={path + query} aria-current={name === current ? "page" : undefined}>{words}</a>
      ))}
    </nav>
  );
}
