/** The sampler, the scheduler and the objectives of a sweep, as written or by default. Their form was checked. */
import { expected } from '../../core/problem.js';
import type { Json, JsonObject } from '../../core/json.js';
import type { Objective } from '../../core/sweep-events.js';
import type { SamplerSettings, SchedulerSettings } from '../checked-sweep.js';
import type { ProblemList } from '../problem-list.js';
import { member, toJson, type SourceNode } from '../source-node.js';
import { defaultSampler, defaultScheduler, samplerDefaults, schedulerDefaults } from './strategies.js';

/** `tpe` or `{ tpe: { candidates: 10 } }`: its name and all its settings. Nothing where the form is wrong. */
function complete<Name extends string>(
  node: SourceNode | undefined,
  table: Readonly<Record<Name, JsonObject>>,
  standard: Name,
): (JsonObject & { readonly kind: Name }) | undefined {
  const written: Json = node === undefined ? standard : toJson(node);
  const [name, settings] =
    typeof written === 'string' ? [written, {}] : (Object.entries(written ?? {})[0] ?? ['']);
  if (!Object.hasOwn(table, name)) return undefined;
  return { ...table[name as Name], ...(settings as JsonObject), kind: name as Name };
}

export function readSampler(
  node: SourceNode | undefined,
  problems: ProblemList,
): SamplerSettings | undefined {
  const sampler = complete(node, samplerDefaults, defaultSampler) as SamplerSettings | undefined;
  if (sampler?.kind === 'evolution' && sampler.tournament > sampler.population) {
    problems.add({
      code: 'bad-sampler',
      message: expected(
        '"sweep.sampler.evolution.tournament"',
        `at most the population of ${sampler.population}`,
        sampler.tournament,
      ),
      at: member(member(node, 'evolution'), 'tournament')?.place ?? node?.place,
    });
  }
  return sampler;
}

export function readScheduler(node: SourceNode | undefined): SchedulerSettings | undefined {
  return complete(node, schedulerDefaults, defaultScheduler);
}

export interface SchedulerFacts {
  readonly scheduler: SchedulerSettings;
  readonly node: SourceNode | undefined;
  readonly objectives: readonly Objective[];
  readonly objective: SourceNode | undefined;
  /** The most epochs of a trial; nothing where no stage trains any. */
  readonly epochs: number | undefined;
  /** Metrics that epochs are known to report; nothing where a stage of one's own might report others. */
  readonly reported: readonly string[] | undefined;
}

/** A scheduler compares one number after each of several epochs. */
export function checkScheduler(
  { scheduler, node, objectives, objective, epochs, reported }: SchedulerFacts,
  problems: ProblemList,
): void {
  if (scheduler.kind === 'none') return;
  const { kind } = scheduler;
  const [first] = objectives;
  if (objectives.length > 1) {
    problems.add({
      code: 'bad-scheduler',
      message: `expected a sweep with the scheduler ${kind} to have one objective, got ${objectives.length}`,
      at: objective?.place,
      related: { message: 'the scheduler stands here', at: node?.place },
      fix: 'keep one objective, or take scheduler: none',
    });
  } else if (first !== undefined && reported?.includes(first.metric) === false) {
    problems.add({
      code: 'bad-scheduler',
      message: `expected the objective of a sweep with the scheduler ${kind} to be a metric of each epoch, ${reported.join(', ')}, got "${first.metric}"`,
      at: (member(objective, 'metric') ?? objective)?.place,
      related: { message: 'the scheduler stands here', at: node?.place },
    });
  }
  if (epochs === undefined) {
    problems.add({
      code: 'bad-scheduler',
      message: `expected a pipeline with a stage that trains for epochs, as the scheduler ${kind} looks at them, got none`,
      at: node?.place,
      fix: 'take scheduler: none',
    });
    return;
  }
  const [name, least] =
    scheduler.kind === 'median'
      ? ['warmupEpochs', scheduler.warmupEpochs]
      : ['minEpochs', scheduler.minEpochs];
  if (least < epochs) return;
  problems.add({
    code: 'bad-scheduler',
    message: expected(
      `"sweep.scheduler.${kind}.${name}"`,
      `below the ${epochs} ${epochs === 1 ? 'epoch' : 'epochs'} that a trial trains`,
      least,
    ),
    at: member(member(node, kind), name)?.place ?? node?.place,
    fix: 'train for more epochs, or take scheduler: none',
  });
}

/** In the order written. Empty where the form is wrong. */
export function readObjectives(node: SourceNode | undefined, problems: ProblemList): readonly Objective[] {
  const items = node === undefined ? [] : node.kind === 'list' ? node.items : [node];
  const objectives = items.flatMap((item): readonly Objective[] => {
    const metric =
      item.kind === 'scalar' ? item.value : (member(item, 'metric') ?? { kind: 'none' as const });
    const name = typeof metric === 'object' && metric?.kind === 'scalar' ? metric.value : metric;
    if (typeof name !== 'string') return [];
    const stated = member(item, 'goal');
    const goal = stated?.kind === 'scalar' ? stated.value : undefined;
    return [{ metric: name, goal: goal === 'minimize' || goal === 'maximize' ? goal : guess(name) }];
  });
  objectives.forEach(({ metric }, index) => {
    if (objectives.findIndex((other) => other.metric === metric) === index) return;
    problems.add({
      code: 'duplicate-objective',
      message: `expected each objective to be there once, got "${metric}" again`,
      at: items[index]?.place,
    });
  });
  return objectives;
}

function guess(metric: string): Objective['goal'] {
  return /loss/i.test(metric) ? 'minimize' : 'maximize';
}
