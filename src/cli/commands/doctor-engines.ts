/** What `assay doctor` says of engines: each one, and each provider of the engine onnx, tried. */
import { availableParallelism } from 'node:os';
import type { JsonObject } from '../../core/json.js';
import {
  onnxProviderNames,
  type EngineIdentity,
  type EngineOptions,
  type EngineProvider,
} from '../../engine/engine.js';
import { engineProviders, nameOf, selectEngine } from '../../engine/providers.js';

export interface EngineFinding {
  /** `engine onnx on cpu`, `engine reference`. */
  readonly what: string;
  readonly fine: boolean;
  /** Versions, or the reason why it is not there. */
  readonly says: string;
  /** How to get it. */
  readonly fix?: string | undefined;
  /** The same for programs: `{ name, provider, available, versions, takenByAuto }`. */
  readonly engine: JsonObject;
}

/** Tries each, one after another: a GPU that hangs is given up after a minute. */
export async function engineFindings(): Promise<EngineFinding[]> {
  const share = { threads: availableParallelism(), verify: false };
  const chosen = await selectEngine('auto', share);
  const taken = chosen.ok ? nameOf(chosen.value.identity) : undefined;
  const findings: EngineFinding[] = [];
  for (const provider of engineProviders) {
    // Engines without providers of their own take no notice of the one that they are told.
    const providers = provider.name === 'onnx' ? onnxProviderNames : (['auto'] as const);
    for (const name of providers)
      findings.push(await findingOf(provider, { ...share, provider: name }, taken));
  }
  return findings;
}

async function findingOf(
  provider: EngineProvider,
  options: EngineOptions,
  taken: string | undefined,
): Promise<EngineFinding> {
  const found = await provider.probe(options);
  const on = options.provider === 'auto' ? undefined : options.provider;
  const name = on === undefined ? provider.name : `${provider.name} on ${on}`;
  const facts = { name: provider.name, ...(on === undefined ? {} : { provider: on }) };
  if (!found.available) {
    const { reason: says, fix } = found;
    return { what: `engine ${name}`, fine: false, says, fix, engine: { ...facts, available: false } };
  }
  const { versions } = found.identity;
  const takenByAuto = nameOf(found.identity) === taken;
  const says = [
    ...Object.entries(versions).map(([name, version]) => `${name} ${version}`),
    threadsOf(found.identity),
    found.note,
    takenByAuto ? 'engine: auto takes it' : undefined,
  ];
  return {
    what: `engine ${name}`,
    fine: true,
    says: says.filter((part) => part !== undefined).join(', '),
    engine: { ...facts, available: true, versions, takenByAuto },
  };
}

function threadsOf({ numerics }: EngineIdentity): string | undefined {
  const { threads } = numerics;
  return typeof threads === 'number' ? `${threads} ${threads === 1 ? 'thread' : 'threads'}` : undefined;
}
