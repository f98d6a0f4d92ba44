/**
 * Reads a space of form `path: what to try`, with the spaces that its choices bring, into drafts: each after those that
 * its conditions name. Tells what is wrong with the numbers and the paths; what settings take is `judge-space.ts`'s.
 */
import { showValue } from '../../core/problem.js';
import type { Distribution } from '../checked-sweep.js';
import { splitPath } from '../dotted-path.js';
import { checkValue, type Checker } from '../explain-errors.js';
import { limits } from '../limits.js';
import type { ProblemList } from '../problem-list.js';
import type { Place } from '../source-file.js';
import { toJson, type MapNode, type SourceNode } from '../source-node.js';
import type { DraftCondition, DraftParameter } from './draft-parameter.js';
import { readChoices } from './read-choices.js';

export interface SpaceContext {
  readonly projectRoot: string;
  /** Of the form of a space. */
  readonly checker: Checker;
}

/** `node` has the form of a space, or what is wrong with it was told. */
export function readSpace(
  node: MapNode,
  name: string,
  { projectRoot, checker }: SpaceContext,
  problems: ProblemList,
): readonly DraftParameter[] {
  const drafts: DraftParameter[] = [];
  visit(node, name, []);
  tellPathsTwice(drafts, problems);
  return drafts;

  function visit(space: MapNode, shown: string, when: readonly DraftCondition[]): void {
    for (const [path, { key, value }] of space.entries) {
      if (drafts.length >= limits.assignments) return;
      const parts = splitPath(path, key);
      if ('code' in parts) {
        problems.add(parts);
        continue;
      }
      const draft = read(path, key, value, `${shown}.${path}`, when);
      if (draft === undefined) continue;
      drafts.push(draft);
      draft.choices.forEach((choice, index) => {
        if (choice.space === undefined) return;
        const { node: below, name: nested } = choice.space;
        checkValue(checker, { node: below, name: nested, at: below.place }, problems);
        visit(below, nested, [...when, { parameter: draft, choice: index }]);
      });
    }
  }

  function read(
    path: string,
    at: Place | undefined,
    value: SourceNode,
    shown: string,
    when: readonly DraftCondition[],
  ): DraftParameter | undefined {
    const [entry] = value.kind === 'map' ? value.entries : [];
    const [kind, stated] = value.kind === 'list' ? ['choice', value] : [entry?.[0], entry?.[1].value];
    if (kind === undefined || stated?.kind !== 'list' || stated.items.length === 0) return undefined;
    const facts = { path, at, name: shown, when };
    if (kind === 'choice') {
      const choices = readChoices(
        stated,
        value.kind === 'list' ? shown : `${shown}.choice`,
        projectRoot,
        problems,
      );
      if (choices.length === 0) return undefined;
      return { ...facts, distribution: { kind, count: choices.length }, choices, numbers: [] };
    }
    const numbers = stated.items.map(toJson);
    if (numbers.length > 3 || !numbers.every((number) => typeof number === 'number')) return undefined;
    const distribution = distributionOf(kind, numbers);
    const wrong = distribution === undefined ? undefined : ruleBroken(distribution);
    if (distribution === undefined) return undefined;
    if (wrong !== undefined) {
      problems.add({
        code: 'bad-range',
        message: `expected "${shown}.${kind}" to be ${wrong}, got ${showValue(numbers)}`,
        at: stated.place,
      });
      return undefined;
    }
    return { ...facts, distribution, choices: [], numbers: stated.items };
  }
}

function distributionOf(kind: string, numbers: readonly number[]): Distribution | undefined {
  const [first, second, third] = numbers;
  if (first === undefined || second === undefined) return undefined;
  switch (kind) {
    case 'uniform':
    case 'logUniform':
      return { kind, low: first, high: second };
    case 'int':
    case 'logInt':
      return Number.isInteger(first) && Number.isInteger(second)
        ? { kind, low: first, high: second }
        : undefined;
    case 'quantized':
      return third === undefined ? undefined : { kind, low: first, high: second, step: third };
    case 'normal':
      return { kind, mean: first, deviation: second };
    default:
      return undefined;
  }
}

/** What the numbers should be and are not. */
function ruleBroken(distribution: Distribution): string | undefined {
  switch (distribution.kind) {
    case 'choice':
      return undefined;
    case 'normal':
      return distribution.deviation > 0 ? undefined : '[mean, deviation] with a deviation above 0';
    case 'quantized': {
      const { low, high, step } = distribution;
      if (low >= high) return '[low, high, step] with low below high';
      return step > 0 && step <= high - low
        ? undefined
        : '[low, high, step] with a step above 0 that fits between them';
    }
    default: {
      const { kind, low, high } = distribution;
      if (low >= high) return '[low, high] with low below high';
      const isLog = kind === 'logUniform' || kind === 'logInt';
      return !isLog || low > 0 ? undefined : `[low, high] above 0, as logarithms are taken`;
    }
  }
}

/** One path may stand under several choices of one parameter; never twice where both would be there. */
function tellPathsTwice(drafts: readonly DraftParameter[], problems: ProblemList): void {
  const byPath = new Map<string, DraftParameter[]>();
  for (const draft of drafts) {
    const earlier = byPath.get(draft.path) ?? [];
    byPath.set(draft.path, [...earlier, draft]);
    const other = earlier.find((one) => canBothBe(one, draft));
    if (other === undefined) continue;
    problems.add({
      code: 'path-twice',
      message: `expected "${draft.path}" to be searched once in any trial, got it again${draft.when.length > 0 ? ` under ${showValue(choiceOf(draft))}` : ''}`,
      at: draft.at,
      related: { message: 'the first one stands here', at: other.at },
      fix: 'keep one of the two, or put each under another choice of the same parameter',
    });
  }
}

function choiceOf({ when }: DraftParameter): string {
  const { parameter, choice } = when.at(-1)!;
  return parameter.choices[choice]!.label;
}

function canBothBe(one: DraftParameter, other: DraftParameter): boolean {
  return !one.when.some(({ parameter, choice }) =>
    other.when.some((condition) => condition.parameter === parameter && condition.choice !== choice),
  );
}
