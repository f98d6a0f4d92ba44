/**
 * Whether settings take what a space would give them: each value of a choice and both ends of each range are set over the
 * experiment and judged as `set:` would be. First each in its turn; if all are taken, each once more beside all others, for
 * a setting of one optimizer may be none of another.
 */
import type { Problem } from '../../core/problem.js';
import type { Assignment } from '../dotted-path.js';
import type { ProblemList } from '../problem-list.js';
import { problemKey } from '../problem-list.js';
import { makeScalar, type SourceNode } from '../source-node.js';
import type { DraftParameter } from './draft-parameter.js';

/** What to do about a setting that some choices know and others don't. */
const conditional = 'put it under the choice that has it: { name: …, value: …, space: { … } }';

function isAboutName({ code }: Problem): boolean {
  return code === 'unknown-setting' || code === 'unknown-parameter';
}

/** What comes of setting these over the experiment. */
export interface Verdict {
  readonly problems: readonly Problem[];
  /** Epochs that it would train for, where it trains at all. */
  readonly epochs: number | undefined;
}

export type Judge = (assignments: readonly Assignment[]) => Verdict;

/** A value of a parameter, and which choice it is. */
interface Sample {
  readonly value: SourceNode;
  readonly choice: number | undefined;
}

type Samples = Map<DraftParameter, Sample>;

export interface SpaceVerdict {
  /** The most epochs of any. */
  readonly epochs: number | undefined;
}

/** `known`: keys of problems that were told already. */
export function judgeSpace(
  drafts: readonly DraftParameter[],
  judge: Judge,
  known: Set<string>,
  problems: ProblemList,
): SpaceVerdict {
  const good: Samples = new Map();
  let epochs: number | undefined;
  const look = (samples: Samples, fix?: string): boolean => {
    const verdict = judge(assignmentsOf(samples));
    if (verdict.epochs !== undefined) epochs = Math.max(epochs ?? 0, verdict.epochs);
    const fresh = verdict.problems
      .filter((problem) => !known.has(problemKey(problem)))
      .map((problem) => (fix !== undefined && isAboutName(problem) ? { ...problem, fix } : problem));
    for (const problem of fresh) known.add(problemKey(problem));
    problems.addAll(fresh);
    return verdict.problems.length === 0;
  };

  const before = problems.count;
  for (const draft of drafts) {
    const around = contextOf(draft, drafts, good);
    if (around === undefined) continue;
    for (const sample of samplesOf(draft)) {
      if (problems.full) return { epochs };
      const taken = look(new Map([...around, [draft, sample]]));
      if (taken && !good.has(draft)) good.set(draft, sample);
    }
    if (good.has(draft)) tellWhole(draft, around, judge, problems);
  }
  if (problems.count > before || drafts.length < 2) return { epochs };
  for (const draft of drafts) {
    const around = contextOf(draft, drafts, good);
    for (const sample of around === undefined ? [] : samplesOf(draft)) {
      // What this choice brings stands beside it.
      const fixed: Samples = new Map([...around!, [draft, sample]]);
      look(completed(drafts, good, fixed), conditional);
      if (problems.full) return { epochs };
    }
  }
  return { epochs };
}

/** The earlier parameters at values that are taken, with those choices that bring this one; nothing if one is refused. */
function contextOf(
  draft: DraftParameter,
  drafts: readonly DraftParameter[],
  good: Samples,
): Samples | undefined {
  const samples: Samples = new Map();
  const conditions = new Map(draft.when.map(({ parameter, choice }) => [parameter, choice]));
  for (const other of drafts.slice(0, drafts.indexOf(draft))) {
    const choice = conditions.get(other);
    if (choice !== undefined) samples.set(other, { value: other.choices[choice]!.value, choice });
    else {
      const sample = good.get(other);
      if (sample !== undefined && isPresent(other, samples)) samples.set(other, sample);
    }
  }
  return isPresent(draft, samples) ? samples : undefined;
}

/** With every other parameter that is there. */
function completed(drafts: readonly DraftParameter[], good: Samples, fixed: Samples): Samples {
  const samples: Samples = new Map();
  for (const draft of drafts) {
    const sample = fixed.get(draft) ?? good.get(draft);
    if (sample !== undefined && isPresent(draft, samples)) samples.set(draft, sample);
  }
  return samples;
}

function isPresent({ when }: DraftParameter, samples: Samples): boolean {
  return when.every(({ parameter, choice }) => samples.get(parameter)?.choice === choice);
}

function assignmentsOf(samples: Samples): Assignment[] {
  return [...samples].map(([{ path, at }, { value }]) => ({ path, at, value }));
}

/** All values of a choice; of a range its ends, of a normal distribution what most draws lie between. */
function samplesOf({ distribution, choices, numbers, at }: DraftParameter): Sample[] {
  if (distribution.kind === 'choice') return choices.map(({ value }, choice) => ({ value, choice }));
  if (distribution.kind === 'normal') {
    const { mean, deviation } = distribution;
    const place = numbers[0]?.place ?? at;
    return [mean, mean - 2 * deviation, mean + 2 * deviation].map((value) => ({
      value: makeScalar(value, place),
      choice: undefined,
    }));
  }
  return numbers.slice(0, 2).map((value) => ({ value, choice: undefined }));
}

/** Tells of a range that goes through numbers which are not whole, where the setting takes whole ones alone. */
function tellWhole(draft: DraftParameter, around: Samples, judge: Judge, problems: ProblemList): void {
  const between = brokenNumber(draft);
  if (between === undefined) return;
  const takes = (number: number): boolean => {
    const samples: Samples = new Map([
      ...around,
      [draft, { value: makeScalar(number, draft.at), choice: undefined }],
    ]);
    return judge(assignmentsOf(samples)).problems.length === 0;
  };
  if (takes(between) || !takes(Math.ceil(between))) return;
  const { kind } = draft.distribution;
  problems.add({
    code: 'whole-numbers',
    message: `expected "${draft.name}" to be int, logInt or a choice, as "${draft.path}" takes whole numbers alone, got ${kind}`,
    at: draft.at,
    fix:
      kind === 'quantized'
        ? 'begin with a whole number, and take whole steps'
        : `write ${kind === 'logUniform' ? 'logInt' : 'int'}`,
  });
}

/** A number of the range that is not whole, with the whole one above it in the range, too. */
function brokenNumber({ distribution }: DraftParameter): number | undefined {
  switch (distribution.kind) {
    case 'uniform':
    case 'logUniform': {
      const { low, high } = distribution;
      const between = low + (high - low) * 0.381966;
      return Number.isInteger(between) || Math.ceil(between) > high ? undefined : between;
    }
    case 'normal':
      return Math.floor(distribution.mean) + 0.381966;
    case 'quantized': {
      const { low, step } = distribution;
      const next = low + step;
      return Number.isInteger(next) ? undefined : next;
    }
    default:
      return undefined;
  }
}
