/** Addresses, times and numbers as the live page writes them. */
import { relative, sep } from 'node:path';
import { isInside } from '../../core/inside-folder.js';
import { minuteOf } from '../../core/iso-time.js';

export function sweepAddress(name: string): string {
  return `/sweeps/${encodeURIComponent(name)}`;
}

export function runAddress(id: string): string {
  return `/runs/${encodeURIComponent(id)}`;
}

/** Where the browser finds a file of `runs/`; undefined for one that lies elsewhere. */
export function fileAddress(runsFolder: string, path: string): string | undefined {
  const inside = relative(runsFolder, path);
  if (inside === '' || !isInside(path, runsFolder)) return undefined;
  return `/files/${inside.split(sep).map(encodeURIComponent).join('/')}`;
}

/** `2026-11-23 09:41` in UTC. */
export function shownTime(time: number): string {
  // The record may hold any number; not every one is a time.
  if (Number.isNaN(new Date(time).getTime())) return '–';
  return `${minuteOf(time)} UTC`;
}

/** Five significant digits, without those that say nothing. */
export function shownNumber(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(5)));
}
