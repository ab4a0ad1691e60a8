/** Line icons on a 20 × 20 grid, in the colour of the text. Decorative: each has a text beside it. */

const PATHS = {
  dashboard: "M3 11.5h4l2-6 3 10 2-4h3",
  channels: "M8 3 6 17M14 3l-2 14M3.5 7.5h13M3 12.5h13",
  users: "M10 10a3.2 3.2 0 1 0 0-6.4A3.2 3.2 0 0 0 10 10ZM4 16.5c.8-2.6 3.2-4 6-4s5.200 1.400 6 4",
  search: "M9 14.500a5.500 5.500 0 1 0 0-11 5.500 5.500 0 0 0 0 11ZM13 13l4 4",
  down: "M10 4v12M5 11l5 5 5-5",
  warning: "M10 3.500 17.500 16.500h-15ZM10 8.500v3.500M10 14.200v.100",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 20 20" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
