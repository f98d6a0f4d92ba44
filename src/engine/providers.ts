/**
 * The engines that there are, and choosing one. Loads none of them: choosing costs about a millisecond, which a fully
 * cached run can afford. The next engine is one more provider in the list, before `reference`.
 */
import { failed, ok, type Result } from '../core/problem.js';
import type { Engine, EngineIdentity, EngineOptions, EngineProvider, EngineRequest } from './engine.js';
import { engineUnavailable } from './engine-problems.js';
import { requestedName, requestedProvider } from './engine-request.js';
import { referenceProvider } from './reference-provider.js';
import { tensorflowProvider } from './tensorflow-provider.js';

/** The fastest first: `auto` takes the first that is here. */
export const engineProviders: readonly EngineProvider[] = [tensorflowProvider, referenceProvider];

export interface SelectedEngine {
  readonly identity: EngineIdentity;
  /** What `auto` passed over, and why: one line for people. */
  readonly note?: string;
  /** @throws {ProblemError} `engine-unavailable` when it does not load after all. */
  open(): Promise<Engine>;
}

/**
 * Chooses by name, or for `auto` the fastest engine that is here and loads. Whether one asked for by name loads shows
 * when it is opened.
 * Problem `engine-unavailable` when there is none.
 */
export async function selectEngine(
  request: EngineRequest,
  share: Pick<EngineOptions, 'threads' | 'verify'>,
  providers = engineProviders,
): Promise<Result<SelectedEngine>> {
  const wanted = requestedName(request);
  const options = { ...share, provider: requestedProvider(request) };
  const candidates = providers.filter(({ name }) => wanted === 'auto' || name === wanted);
  const passed: string[] = [];
  for (const provider of candidates) {
    const identity = await provider.identity(options);
    const obstacle = identity !== undefined && wanted === 'auto' ? await provider.obstacle?.() : undefined;
    if (obstacle !== undefined) {
      passed.push(obstacle);
      continue;
    }
    if (identity !== undefined) {
      const note = `engine ${provider.name}: ${passed.join('; ')}`;
      return ok({ identity, ...(passed.length > 0 ? { note } : {}), open: () => provider.open(options) });
    }
    // Not there by its files, so finding out why loads nothing either.
    const found = await provider.probe(options);
    if (found.available) throw new Error(`engine ${provider.name} has no identity and yet is available`);
    if (wanted === provider.name) return failed(engineUnavailable(provider.name, found.reason, found.fix));
    passed.push(found.reason);
  }
  return failed(engineUnavailable('reference', passed.join('; '), 'run npm ci'));
}
