/** Bounds on what a configuration may hold, so that nothing a file says can hang or crash the program. */

export const limits = {
  /** Bytes of one file. */
  fileBytes: 1 << 20,
  /** Mappings and lists inside one another, also by aliases and references. */
  depth: 64,
  /** Values that aliases may repeat in one file. */
  aliasedValues: 10_000,
  /** Values of a whole experiment once references are resolved. */
  values: 200_000,
  /** Stages of a pipeline, and needs of a stage. */
  stages: 200,
  /** Paths that one file sets. */
  assignments: 1000,
  /** Errors of one validator that are looked at. */
  errors: 5000,
  /** Characters of a text that references are put into. */
  textLength: 100_000,
  /** Characters of a key. */
  keyLength: 200,
  /** References that lead to references. */
  referenceChain: 64,
  /** Experiments that extend one another. */
  extendsChain: 32,
} as const;

const objectNames = new Set([...Object.getOwnPropertyNames(Object.prototype), 'prototype']);

/** Whether a key names something that every JavaScript object has by itself: `__proto__`, `constructor`, `toString`. */
export function isObjectName(key: string): boolean {
  return objectNames.has(key);
}
