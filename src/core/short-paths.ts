/** Dotted paths of settings as people read them. */

/** The last part of a path, or as much of its end as tells it from the others in `all`: `learningRate`. */
export function shortestName(path: string, all: readonly string[]): string {
  const parts = path.split('.');
  for (let from = parts.length - 1; from > 0; from -= 1) {
    const name = parts.slice(from).join('.');
    if (!all.some((other) => other !== path && (other === name || other.endsWith(`.${name}`)))) return name;
  }
  return path;
}

/** `learningRate 0.001, units 64`: what was drawn for a trial, by the shortest names. */
export function labelsInWords(labels: Readonly<Record<string, string>>): string {
  const paths = Object.keys(labels);
  return paths.map((path) => `${shortestName(path, paths)} ${labels[path]!}`).join(', ');
}
