/** This program did not exist before: no right clock is earlier, and Twitch times before it are of old captures. */
export const EARLIEST_MS = Date.UTC(2026, 10, 23);
