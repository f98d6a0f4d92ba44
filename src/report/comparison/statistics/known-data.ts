/** Names of the images that runs were judged on: which tell nothing but that nothing is known. */

/** Names data of which nothing is known but what it was called; `isKnownData` tells it from others. */
export function unknownData(name: string): string {
  return `unknown, ${name}`;
}

export function isKnownData(data: string | undefined): boolean {
  return data !== undefined && !data.startsWith(unknownData(''));
}
