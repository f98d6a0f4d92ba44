/** A parameter of a space as it was read: its form is right, and its values still know where they are written. Types only. */
import type { Distribution } from '../checked-sweep.js';
import type { Place } from '../source-file.js';
import type { MapNode, SourceNode } from '../source-node.js';

export interface DraftChoice {
  readonly label: string;
  readonly value: SourceNode;
  /** Parameters of its own, with how messages name them. */
  readonly space: { readonly node: MapNode; readonly name: string } | undefined;
  readonly at: Place | undefined;
}

export interface DraftCondition {
  readonly parameter: DraftParameter;
  readonly choice: number;
}

export interface DraftParameter {
  readonly path: string;
  /** The path's key. */
  readonly at: Place | undefined;
  /** How messages name it: `sweep.space.train.batchSize`. */
  readonly name: string;
  readonly distribution: Distribution;
  /** Of a choice; empty otherwise. */
  readonly choices: readonly DraftChoice[];
  /** Of everything but a choice: the written numbers. */
  readonly numbers: readonly SourceNode[];
  readonly when: readonly DraftCondition[];
}
