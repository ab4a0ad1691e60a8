/** Tabs of the three searches, which keep the query. */

export interface SearchTabsProps {
  current: "messages" | "channels" | "users";
  q: string;
}

const TABS = [["messages", "Messages"], ["channels", "Channels"], ["users", "Users"]] as const;

export function SearchTabs({ current, q }: SearchTabsProps) {
  const query = q === "" ? "" : `?${new URLSearchParams({ q })}`;
  return (
    <nav class="tabs" aria-label="What to search">
      {TABS.map(([name, words]) => (
        <a href={`/search/${name}${query}`} aria-current={name === current ? "page" : undefined}>{words}</a>
      ))}
    </nav>
  );
}
