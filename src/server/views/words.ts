/** Addresses, times and numbers as the live page writes them. */
import { isAbsolute, relative, sep } from 'node:path';

export function sweepAddress(name: string): string {
  return `/sweeps/${encodeURIComponent(name)}`;
}

export function runAddress(id: string): string {
  return `/runs/${encodeURIComponent(id)}`;
}

/** Where the browser finds a file of `runs/`; undefined for one that lies elsewhere. */
export function fileAddress(runsFolder: string, path: string): string | undefined {
  const inside = relative(runsFolder, path);
  if (inside === '' || inside.startsWith('..') || isAbsolute(inside)) return undefined;
  return `/files/${inside.split(sep).map(encodeURIComponent).join('/')}`;
}

/** `2026-11-23 09:41` in UTC. */
export function shownTime(time: number): string {
  return `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** Five significant digits, without those that say nothing. */
export function shownNumber(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(5)));
}

/** `layers cnn-small, learningRate 0.001`: paths by their last part, or by as much of it as tells them apart. */
export function shownLabels(labels: Readonly<Record<string, string>>): string {
  const paths = Object.keys(labels);
  return paths.map((path) => `${shortestName(path, paths)} ${labels[path]!}`).join(', ');
}

function shortestName(path: string, all: readonly string[]): string {
  const parts = path.split('.');
  for (let from = parts.length - 1; from > 0; from -= 1) {
    const name = parts.slice(from).join('.');
    if (!all.some((other) => other !== path && (other === name || other.endsWith(`.${name}`)))) return name;
  }
  return path;
}
