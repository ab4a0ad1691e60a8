/** Line icons on a 20 × 20 grid, in the colour of the text. Decorative: each has a text beside it. */

const PATHS = {
  home: "M3.500 9 10 3.500 16.500 9v7.500h-4.500v-4.500h-4v4.500h-4.500z",
  channels: "M8 3 6 17M14 3l-2 14M3.5 7.5h13M3 12.5h13",
  users: "M10 10a3.2 3.2 0 1 0 0-6.4A3.2 3.2 0 0 0 10 10ZM4 16.5c.8-2.6 3.2-4 6-4s5.200 1.400 6 4",
  search: "M9 14.500a5.500 5.500 0 1 0 0-11 5.500 5.500 0 0 0 0 11ZM13 13l4 4",
  events: "M10 3v7l4.500 2.500M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14Z",
  streams: "M3 5h14v9h-14zM7 17h6M8.500 7.500v4l3.500-2z",
  settings:
    "M10 12.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5ZM10 2.500v2.500M10 15v2.500M2.500 10h2.500M15 10h2.500M4.700 4.700l1.800 1.800M13.500 13.500l1.800 1.800M15.300 4.700l-1.800 1.800M6.500 13.500l-1.800 1.800",
  more: "M4.500 10h.100M10 10h.100M15.500 10h.100",
  down: "M10 4v12M5 11l5 5 5-5",
  chevron: "M6 8l4 4 4-4",
  calendar: "M3.500 5h13v12h-13zM3.500 8.500h13M7 3v3.500M13 3v3.500",
  warning: "M10 3.500 17.500 16.500h-15ZM10 8.500v3.500M10 14.200v.100",
  view: "M10 3a7 7 0 1 0 0 14zM10 3a7 7 0 0 1 0 14",
  close: "M5 5l10 10M15 5 5 15",
  columns: "M3.500 4h13v12h-13zM10 4v12",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 20 20" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
