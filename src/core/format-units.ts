/** Numbers as people read them: bytes, seconds, counts. English whatever the locale, so that output is the same everywhere. */

const byteUnits = ['kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** Bytes in decimal units with three digits at most before the unit changes: `512 B`, `1.5 kB`, `55 MB`, `1.2 GB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 999.5) return `${Math.round(bytes)} B`;
  let value = bytes / 1000;
  let unit = 0;
  // Rounding may carry: 999,960 bytes are 1.0 MB, not 1000 kB.
  while (value >= 999.5 && unit < byteUnits.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value < 9.95 ? value.toFixed(1) : value.toFixed(0)} ${byteUnits[unit]}`;
}

/** A duration in its two largest units: `0 ms`, `42 ms`, `3.2 s`, `41 s`, `1 min 12 s`, `2 h 5 min`, `3 d 4 h`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 0.9995) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return pair(Math.floor(whole / 60), 'min', whole % 60, 's');
  const minutes = Math.round(seconds / 60);
  if (minutes < 24 * 60) return pair(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
  const hours = Math.round(seconds / 3600);
  return pair(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

function pair(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

/** A whole number with commas between thousands: `60,000`. */
export function formatCount(count: number): string {
  // Not Intl: its first use costs milliseconds that a cached run does not have.
  return String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ',');
}
