/** This program did not exist before this date: earlier clocks are wrong, and earlier times of Twitch are from captures. */
export const EARLIEST_MS = Date.UTC(2026, 10, 23);
