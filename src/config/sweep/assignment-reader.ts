/**
 * From a trial's assignments, plain values by path, back to values that know their places: those of a choice where they are
 * written, all others at their parameter. So paths of files are found, and messages have a line.
 */
import { canonicalJson, type Json, type JsonObject } from '../../core/json.js';
import type { Assignment } from '../dotted-path.js';
import type { Place } from '../source-file.js';
import { makeList, makeMap, makeScalar, toJson, type MapEntry, type SourceNode } from '../source-node.js';
import type { DraftParameter } from './draft-parameter.js';

export class AssignmentReader {
  private readonly places = new Map<string, Place | undefined>();
  private readonly choices = new Map<string, Map<string, SourceNode>>();
  private readonly otherwise: Place;

  /** `otherwise`: where a path stands that is no parameter's. */
  constructor(drafts: readonly DraftParameter[], otherwise: Place) {
    this.otherwise = otherwise;
    for (const { path, at, choices } of drafts) {
      this.places.set(path, at);
      const values = this.choices.get(path) ?? new Map<string, SourceNode>();
      for (const { value } of choices) values.set(canonicalJson(toJson(value)), value);
      this.choices.set(path, values);
    }
  }

  read(assignments: JsonObject): Assignment[] {
    return Object.entries(assignments).map(([path, json]) => {
      const at = this.places.get(path) ?? this.otherwise;
      const written = this.choices.get(path);
      const value =
        written === undefined || written.size === 0 ? undefined : written.get(canonicalJson(json));
      return { path, at, value: value ?? nodeAt(json, at) };
    });
  }
}

/** As if it were written there: references in it are still to be resolved. */
function nodeAt(json: Json, at: Place): SourceNode {
  if (Array.isArray(json)) {
    return makeList(
      (json as readonly Json[]).map((item) => nodeAt(item, at)),
      at,
    );
  }
  if (typeof json === 'object' && json !== null) {
    const entries = Object.entries(json).map(([key, value]): [string, MapEntry] => [
      key,
      { key: at, value: nodeAt(value, at) },
    ]);
    return makeMap(new Map(entries), at);
  }
  return makeScalar(json, at);
}
