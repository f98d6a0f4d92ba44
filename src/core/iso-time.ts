/** Times as programs and people read them, in UTC. */

/** Milliseconds since 1970 as ISO 8601 in UTC: `2026-11-23T09:41:05.000Z`. What has no time has none. */
export function isoTime(time: number): string;
export function isoTime(time: number | null): string | null;
export function isoTime(time: number | null): string | null {
  return time === null ? null : new Date(time).toISOString();
}

/** Milliseconds since 1970 to the minute: `2026-11-23 09:41`. */
export function minuteOf(time: number): string {
  return isoTime(time).slice(0, 16).replace('T', ' ');
}
