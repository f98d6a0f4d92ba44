/**
 * The engines that there are, and choosing one. Loads none of them: choosing costs about a millisecond, which a fully
 * cached run can afford.
 */
import { failed, ok, type Problem, type Result } from '../core/problem.js';
import type { Engine, EngineIdentity, EngineOptions, EngineProvider, EngineRequest } from './engine.js';
import { engineUnavailable, providerUnavailable } from './engine-problems.js';
import { onnxProvider } from './onnx-provider.js';
import { requestedName, requestedProvider } from './engine-request.js';
import { referenceProvider } from './reference-provider.js';
import { tensorflowProvider } from './tensorflow-provider.js';

/** The fastest first: `auto` takes the first that is here. */
export const engineProviders: readonly EngineProvider[] = [
  onnxProvider,
  tensorflowProvider,
  referenceProvider,
];

export interface SelectedEngine {
  readonly identity: EngineIdentity;
  /** What was passed over, and why: one line for people. */
  readonly note?: string;
  /** @throws {ProblemError} `engine-unavailable` or `provider-unavailable` when it does not load after all. */
  open(): Promise<Engine>;
  /**
   * What to go on with after this engine failed with that problem; nothing where the request leaves no choice or the
   * problem is none that another engine would not have.
   */
  next(problem: Problem): Promise<SelectedEngine | undefined>;
}

/** One way to compute: an engine and, for `onnx`, one of its providers. */
interface Candidate {
  readonly provider: EngineProvider;
  readonly options: EngineOptions;
}

/**
 * Chooses by name, or for `auto` the fastest engine that is here and, as far as was tried before, loads. Whether one asked
 * for by name loads shows when it is opened.
 * Problem `engine-unavailable` or `provider-unavailable` when there is none.
 */
export async function selectEngine(
  request: EngineRequest,
  share: Pick<EngineOptions, 'threads' | 'verify'>,
  providers = engineProviders,
): Promise<Result<SelectedEngine>> {
  const wanted = requestedName(request);
  const options = { ...share, provider: requestedProvider(request) };
  const candidates: Candidate[] = [];
  for (const provider of providers) {
    if (wanted !== 'auto' && wanted !== provider.name) continue;
    const ways = (await provider.ways?.(options)) ?? [options];
    for (const way of ways) candidates.push({ provider, options: way });
  }
  const problems: Problem[] = [];
  const selected = await firstThatIsHere(candidates, [], problems);
  return selected === undefined ? failed(...summed(wanted, problems)) : ok(selected);
}

async function firstThatIsHere(
  candidates: readonly Candidate[],
  passed: readonly string[],
  problems: Problem[],
): Promise<SelectedEngine | undefined> {
  const [first, ...rest] = candidates;
  if (first === undefined) return undefined;
  const { provider, options } = first;
  const identity = await provider.identity(options);
  const obstacle = identity === undefined || rest.length === 0 ? undefined : await provider.obstacle?.();
  if (obstacle !== undefined) return firstThatIsHere(rest, [...passed, obstacle], problems);
  if (identity !== undefined) {
    const note = `engine ${nameOf(identity)}: ${passed.join('; ')}`;
    return {
      identity,
      ...(passed.length > 0 ? { note } : {}),
      open: () => provider.open(options),
      next: (problem) => firstThatIsHere(leftAfter(problem, provider, rest), [problem.message], []),
    };
  }
  // Not there by its files, so finding out why loads nothing either.
  const found = await provider.probe(options);
  if (found.available) throw new Error(`engine ${provider.name} has no identity and yet is available`);
  problems.push(
    provider.name === 'onnx' && options.provider !== 'auto'
      ? providerUnavailable(options.provider, found)
      : engineUnavailable(provider.name, found),
  );
  return firstThatIsHere(rest, [...passed, found.reason], problems);
}

/** An engine as people call it: `onnx on wasm`, `reference`. */
export function nameOf({ name, numerics }: EngineIdentity): string {
  return typeof numerics['provider'] === 'string' ? `${name} on ${numerics['provider']}` : name;
}

/** A network that an engine can't compute it can't compute on any provider; what does not load elsewhere may. */
function leftAfter(
  problem: Problem,
  failing: EngineProvider,
  rest: readonly Candidate[],
): readonly Candidate[] {
  switch (problem.code) {
    case 'layer-not-lowered':
      return rest.filter(({ provider }) => provider !== failing);
    case 'engine-unavailable':
    case 'provider-unavailable':
      return rest;
    default:
      return [];
  }
}

/** Of an engine that was asked for by name, its own problem; without any engine, all that was passed over in one. */
function summed(wanted: string, problems: readonly Problem[]): readonly Problem[] {
  const [first, ...others] = problems;
  if (first !== undefined && (wanted !== 'auto' || others.length === 0)) return [first];
  const reason = problems.map(({ message }) => message).join('; ');
  return [engineUnavailable('reference', { reason, fix: 'run npm ci' })];
}
