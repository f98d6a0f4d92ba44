/**
 * The record that identifies a stage's output, and its hash. Two stages with the same record yield the same files; so
 * whatever may change a file must stand in it, and nothing else may. Documented in docs/cache.md.
 */
import { sha256 } from '../core/digest.js';
import { canonicalJson, type Json, type JsonObject } from '../core/json.js';

export interface FingerprintRecord {
  /** Format of this record. */
  readonly record: 1;
  readonly kind: string;
  /** The kind's code version, raised by hand; for a stage of one's own, 0. */
  readonly version: number;
  /** Digests of code (a stage of one's own) or templates (the report). */
  readonly identity?: Json;
  readonly settings: JsonObject;
  /** Only where the output depends on it. */
  readonly seed?: number;
  /** Only where the output depends on it: name, versions, numerics. */
  readonly engine?: JsonObject;
  /** Needed stage → digest of its output. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Only for a stage that shows the whole experiment. */
  readonly experiment?: JsonObject;
}

/** SHA-256 of the record's canonical JSON. */
export function fingerprintOf(record: FingerprintRecord): string {
  return sha256(canonicalJson(record));
}
