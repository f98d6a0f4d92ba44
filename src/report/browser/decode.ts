/** Reads what `pack-numbers.ts` wrote. Values that are none become NaN. */
import type { Measured, Steps } from '../comparison/page-data.js';

export function bytesOf(base64: string): Uint8Array {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/** Little-endian 16-bit whole numbers, whatever the machine. */
export function wordsOf(base64: string): Uint16Array {
  const bytes = bytesOf(base64);
  const words = new Uint16Array(bytes.length >> 1);
  for (let i = 0; i < words.length; i++) words[i] = bytes[2 * i]! | (bytes[2 * i + 1]! << 8);
  return words;
}

export function unpackMeasured(values: Measured): Float64Array {
  return Float64Array.from(values, (value) => value ?? NaN);
}

export function unpackSteps(steps: Steps): Float64Array {
  return 'all' in steps
    ? Float64Array.from(steps.all)
    : Float64Array.from({ length: steps.count }, (_, i) => steps.from + i * steps.by);
}
