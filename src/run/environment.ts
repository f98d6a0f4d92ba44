/** What is recorded about where a run takes place: git, machine, versions. Asks, decides nothing. */
import { execFile } from 'node:child_process';
import { cpus, hostname, totalmem } from 'node:os';
import type { RunHeader } from '../core/events.js';
import type { JsonObject } from '../core/json.js';
import { assayVersion } from '../core/version.js';
import type { EngineIdentity } from '../engine/engine.js';

export interface GitState {
  readonly commit: string;
  readonly dirty: boolean;
}

/** The project's commit and whether tracked files differ from it; nothing outside a repository or without git. */
export function readGitState(folder: string): Promise<GitState | undefined> {
  return new Promise((resolve) => {
    const args = ['--no-optional-locks', 'status', '--porcelain=v2', '--branch', '--untracked-files=no'];
    execFile('git', args, { cwd: folder, timeout: 5_000, maxBuffer: 1 << 26 }, (error, output) => {
      const commit = /^# branch\.oid ([0-9a-f]+)$/m.exec(output)?.[1];
      resolve(
        error !== null || commit === undefined ? undefined : { commit, dirty: /^[12u] /m.test(output) },
      );
    });
  });
}

export interface MachineFacts extends JsonObject {
  readonly host: string;
  readonly platform: string;
  readonly architecture: string;
  readonly processor: string;
  readonly cores: number;
  readonly memoryBytes: number;
}

let facts: MachineFacts | undefined;

/** Asked of the system once. */
export function machineFacts(): MachineFacts {
  return (facts ??= readMachineFacts());
}

function readMachineFacts(): MachineFacts {
  const processors = cpus();
  return {
    host: hostname(),
    platform: process.platform,
    architecture: process.arch,
    processor: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    memoryBytes: totalmem(),
  };
}

/** What a run records of its engine; of what it computed on, as much as changes numbers. */
export function engineFacts(engine: EngineIdentity): Pick<RunHeader, 'engine' | 'versions' | 'machine'> {
  const { provider, threads } = engine.numerics;
  return {
    engine: engine.name,
    versions: versionFacts(engine),
    machine: {
      ...machineFacts(),
      ...(provider === undefined ? {} : { provider }),
      ...(threads === undefined ? {} : { threads }),
    },
  };
}

function versionFacts(engine: EngineIdentity): Readonly<Record<string, string>> {
  return { assay: assayVersion(), node: process.versions.node, ...engine.versions };
}
