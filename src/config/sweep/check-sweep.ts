/**
 * Reads and checks the `sweep:` of an experiment, and tells all that is wrong with it at once. The outer form was judged
 * with the file; what settings take is asked of the experiment itself.
 */
import { millisecondsOf, bytesOf } from '../../core/amounts.js';
import { failed, ok, type Result } from '../../core/problem.js';
import type { Json, JsonObject } from '../../core/json.js';
import type { Objective } from '../../core/sweep-events.js';
import type { CheckedSweep } from '../checked-sweep.js';
import type { Checker } from '../explain-errors.js';
import { ProblemList } from '../problem-list.js';
import { member, toJson, type MapNode, type SourceNode } from '../source-node.js';
import { buildSpace } from './build-space.js';
import type { DraftParameter } from './draft-parameter.js';
import { judgeSpace, type Judge } from './judge-space.js';
import { readConstraints, type KnownNames } from './read-constraints.js';
import { readInit } from './read-init.js';
import { readSpace } from './read-space.js';
import { checkScheduler, readObjectives, readSampler, readScheduler } from './read-strategies.js';
import { defaultRetries } from './strategies.js';

/** The experiment that a sweep searches over. */
export interface SweepSubject {
  readonly name: string;
  readonly judge: Judge;
  readonly names: KnownNames;
  /** The experiment's own value at a path. */
  value(path: string): Json | undefined;
  /** Epochs that it trains for by itself. */
  readonly epochs: number | undefined;
  /** Metrics that its epochs are known to report. */
  readonly reported: readonly string[] | undefined;
}

export interface SweepContext {
  readonly projectRoot: string;
  /** Of the form of a space inside a choice. */
  readonly checker: Checker;
  /** Nothing where the pipeline could not be read: then the block is judged by itself. */
  readonly subject: SweepSubject | undefined;
  /** Keys of problems that were told already. */
  readonly known: Set<string>;
  /** Whether the form of the whole block was found right. */
  readonly formed: boolean;
}

/** A sweep, and its parameters as they were written. */
export interface SweepWithDrafts {
  readonly sweep: CheckedSweep;
  readonly drafts: readonly DraftParameter[];
}

export function checkSweep(node: MapNode, context: SweepContext): Result<SweepWithDrafts> {
  const problems = new ProblemList();
  const { subject } = context;
  const spaceNode = member(node, 'space');
  const drafts = spaceNode?.kind === 'map' ? readSpace(spaceNode, 'sweep.space', context, problems) : [];
  const verdict =
    subject === undefined ? undefined : judgeSpace(drafts, subject.judge, context.known, problems);
  const sampler = readSampler(member(node, 'sampler'), problems);
  const scheduler = readScheduler(member(node, 'scheduler'));
  const objectives = readObjectives(member(node, 'objective'), problems);
  const epochs = verdict?.epochs ?? subject?.epochs;
  if (scheduler !== undefined && subject !== undefined) {
    const { reported } = subject;
    const facts = {
      scheduler,
      node: member(node, 'scheduler'),
      objectives,
      objective: member(node, 'objective'),
    };
    checkScheduler({ ...facts, epochs, reported }, problems);
  }
  checkEnd(node, sampler?.kind, problems);
  const constraints = readConstraints(
    member(node, 'constraints'),
    namesWith(subject?.names, drafts),
    problems,
  );
  const space = buildSpace(drafts);
  const init = readInit(member(node, 'init'), space, (path) => subject?.value(path), problems);
  const [first, ...others] = objectives;
  if (!problems.empty) return failed(...problems.sorted());
  if (
    !context.formed ||
    sampler === undefined ||
    scheduler === undefined ||
    first === undefined ||
    subject === undefined
  ) {
    // What is missing was told where the form was judged.
    return failed();
  }
  const sweep: Omit<CheckedSweep, 'settings'> = {
    name: textAt(node, 'name') ?? subject.name,
    objectives: [first, ...others],
    space,
    sampler,
    scheduler,
    trials: numberAt(node, 'trials'),
    epochs,
    budget: {
      seconds: secondsAt(member(node, 'budget'), 'time'),
      epochs: numberAt(member(node, 'budget'), 'epochs'),
    },
    workers: numberAt(node, 'workers'),
    threads: numberAt(node, 'threads'),
    retries: numberAt(node, 'retries') ?? defaultRetries,
    timeoutSeconds: secondsAt(node, 'timeout'),
    memoryBytes: bytesOf(textAt(node, 'memory') ?? ''),
    failFast: flagAt(node, 'failFast'),
    constraints,
    init,
    notify: {
      webhook: textAt(member(node, 'notify'), 'webhook'),
      bell: flagAt(member(node, 'notify'), 'bell'),
    },
  };
  return ok({ sweep: { ...sweep, settings: recorded(node, sweep) }, drafts });
}

/** A sweep that nothing would end. */
function checkEnd(node: MapNode, sampler: string | undefined, problems: ProblemList): void {
  if (
    ['trials', 'budget'].some((key) => node.entries.has(key)) ||
    sampler === 'grid' ||
    sampler === undefined
  )
    return;
  problems.add({
    code: 'missing-setting',
    message: 'expected "sweep.trials" to be an integer of at least 1, got nothing',
    at: node.place,
    fix: 'say how many trials there are to be, give a budget, or take sampler: grid',
  });
}

function namesWith(names: KnownNames | undefined, drafts: readonly DraftParameter[]): KnownNames | undefined {
  if (names === undefined) return undefined;
  const paths = new Set(drafts.map(({ path }) => path));
  return {
    has: (name) => paths.has(name) || names.has(name),
    all: [...paths, ...names.all],
  };
}

/** The block as it is recorded: what was written, with the defaults. */
function recorded(
  node: MapNode,
  { name, objectives, sampler, scheduler, retries, failFast, notify }: Omit<CheckedSweep, 'settings'>,
): JsonObject {
  const { objective, ...written } = toJson(node) as JsonObject;
  return {
    ...written,
    name,
    objective:
      objectives.length === 1 && !Array.isArray(objective) ? plain(objectives[0]) : objectives.map(plain),
    sampler: plain(sampler),
    scheduler: plain(scheduler),
    retries,
    failFast,
    notify: { ...(notify.webhook !== undefined && { webhook: notify.webhook }), bell: notify.bell },
  };
}

function plain(settings: Objective | CheckedSweep['sampler'] | CheckedSweep['scheduler']): JsonObject {
  return { ...settings };
}

function scalarAt(node: SourceNode | undefined, key: string): unknown {
  const found = member(node, key);
  return found?.kind === 'scalar' ? found.value : undefined;
}

function textAt(node: SourceNode | undefined, key: string): string | undefined {
  const value = scalarAt(node, key);
  return typeof value === 'string' ? value : undefined;
}

function numberAt(node: SourceNode | undefined, key: string): number | undefined {
  const value = scalarAt(node, key);
  return typeof value === 'number' ? value : undefined;
}

function flagAt(node: SourceNode | undefined, key: string): boolean {
  return scalarAt(node, key) === true;
}

function secondsAt(node: SourceNode | undefined, key: string): number | undefined {
  const text = textAt(node, key);
  const milliseconds = text === undefined ? undefined : millisecondsOf(text);
  return milliseconds === undefined ? undefined : milliseconds / 1000;
}
