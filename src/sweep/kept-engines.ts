/**
 * Engines kept open between trials, by identity: loading one takes longer than many a trial. Runs close what they were
 * handed as ever; it stays open until these are closed.
 */
import { canonicalJson, type Json } from '../core/json.js';
import type { Result } from '../core/problem.js';
import type { Engine, EngineOptions, EngineRequest } from '../engine/engine.js';
import { selectEngine, type SelectedEngine } from '../engine/providers.js';

export class KeptEngines {
  readonly #share: Pick<EngineOptions, 'threads' | 'verify'>;
  readonly #selected = new Map<string, Promise<Result<SelectedEngine>>>();
  readonly #open = new Map<string, Promise<Engine>>();

  constructor(share: Pick<EngineOptions, 'threads' | 'verify'>) {
    this.#share = share;
  }

  /** As `selectEngine`, asked once for each request. */
  select(request: EngineRequest): Promise<Result<SelectedEngine>> {
    const key = canonicalJson(request);
    let found = this.#selected.get(key);
    if (found === undefined) {
      found = selectEngine(request, this.#share).then((result) =>
        result.ok ? { ok: true, value: this.#keep(result.value) } : result,
      );
      this.#selected.set(key, found);
    }
    return found;
  }

  /** Closes them all; the next trial opens anew. */
  async close(): Promise<void> {
    const open = [...this.#open.values()];
    this.#open.clear();
    for (const engine of open) {
      try {
        await (await engine).close();
      } catch {
        // Why it could not be opened was told by the trial that asked for it.
      }
    }
  }

  #keep(selected: SelectedEngine): SelectedEngine {
    const key = canonicalJson(selected.identity);
    return {
      ...selected,
      open: async () => {
        let open = this.#open.get(key);
        if (open === undefined) this.#open.set(key, (open = selected.open()));
        return lend(await open);
      },
      next: async (problem) => {
        const next = await selected.next(problem);
        return next === undefined ? undefined : this.#keep(next);
      },
    };
  }
}

function lend(engine: Engine): Engine {
  return {
    identity: engine.identity,
    openTraining: (model, setup) => engine.openTraining(model, setup),
    openInference: (model) => engine.openInference(model),
    close: () => Promise.resolve(),
  };
}
