/**
 * A project whose trials are a stage that behaves as it is told, and executors over it: the real ones, with the real
 * trial runner. Owns no expectations.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openTrialRunner, trialWorkerProgram, type TrialSetup } from '../../src/cli/trial-setup.js';
import type { EpochRecord, RunEvent } from '../../src/core/events.js';
import type { JsonObject } from '../../src/core/json.js';
import type { Executor, JobListener, JobOutcome, TrialJob } from '../../src/sweep/executors/executor.js';
import { createInlineExecutor } from '../../src/sweep/executors/inline-executor.js';
import {
  createProcessExecutor,
  type ProcessExecutorOptions,
} from '../../src/sweep/executors/process-executor.js';
import type { Verdict } from '../../src/sweep/schedulers/scheduler.js';
import { Rig } from '../support/rig.js';

const stage = `
import { appendFileSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';

const loop = (milliseconds) => { const until = performance.now() + milliseconds; while (performance.now() < until); };

export default {
  schema: {
    type: 'object',
    properties: {
      does: { type: 'string', default: 'sleep' },
      milliseconds: { type: 'number', default: 0 },
      mark: { type: 'integer', default: 0 },
    },
    additionalProperties: false,
  },
  async execute({ settings: { does, milliseconds, mark }, output, projectRoot, signal, emit, afterEpoch }) {
    appendFileSync(join(projectRoot, 'begun.txt'), \`\${mark} \${does} \${process.pid}\\n\`);
    const epochs = async (count, value) => {
      for (let epoch = 1; epoch <= count; epoch++) {
        const record = { epoch, step: epoch, metrics: { value: value(epoch) } };
        emit({ type: 'epoch-ended', record, epochs: count, seconds: 0 });
        if (epoch < count) await afterEpoch(record);
      }
    };
    switch (does) {
      case 'sleep': await sleep(milliseconds, undefined, { signal }); break;
      case 'deaf': await sleep(milliseconds); break;
      case 'loop': loop(milliseconds); break;
      case 'crash': process.stderr.write('about to crash\\n'); process.kill(process.pid, 'SIGSEGV'); await sleep(60_000); break;
      case 'exit': process.stdout.write('leaving\\n'); process.exit(7); break;
      case 'kill': process.kill(process.pid, 'SIGKILL'); await sleep(60_000); break;
      case 'stop': process.kill(process.pid, 'SIGSTOP'); await sleep(60_000); break;
      case 'heap': { const all = []; for (;;) all.push(new Array(100_000).fill(mark)); }
      case 'memory': { const all = []; for (;;) { all.push(Buffer.alloc(1 << 24, 1)); await sleep(20); } }
      case 'throw': throw new RangeError('not today');
      case 'unshowable': throw { toString() { throw new Error('no'); } };
      case 'reject': void Promise.reject(new Error('left behind')); await sleep(60_000); break;
      case 'function': return { metrics: { f: () => 1 } };
      case 'children': spawn('sleep', ['600'], { stdio: 'ignore' }); await sleep(milliseconds); break;
      case 'steps':
        for (let step = 1; step <= 1000; step++) emit({ type: 'step-ended', epoch: 1, step, metrics: { loss: step } });
        break;
      case 'epochs': await epochs(5, (epoch) => epoch * mark); break;
      default: throw new Error('what?');
    }
    writeFileSync(join(output, 'mark.txt'), String(mark));
    return { metrics: { value: mark } };
  },
};
`;

export class TrialRig extends Rig {
  readonly #executors: Executor[] = [];

  constructor() {
    super();
    this.write('package.json', '{ "name": "trials", "private": true }\n');
    this.write('pipelines/stages/behave.ts', stage);
    this.write('pipelines/trial.yaml', 'stages:\n  behave:\n    uses: ./stages/behave.ts\n');
    this.write('experiments/trial.yaml', 'pipeline: ../pipelines/trial.yaml\nengine: reference\n');
  }

  setup(file = 'experiments/trial.yaml', set: readonly string[] = []): TrialSetup {
    return { file: join(this.folder, file), set, threads: 1, verify: false };
  }

  processes(options: Partial<ProcessExecutorOptions> = {}): Executor {
    const executor = createProcessExecutor({
      program: trialWorkerProgram,
      slots: 2,
      setup: this.setup(),
      ...options,
    });
    this.#executors.push(executor);
    return executor;
  }

  async inline(setup = this.setup()): Promise<Executor> {
    const runner = await openTrialRunner(setup);
    if (!runner.ok) throw new Error(runner.problems[0]!.message);
    const executor = createInlineExecutor(runner.value);
    this.#executors.push(executor);
    return executor;
  }

  /** What began: `[mark, does, pid]` each. */
  begun(): readonly (readonly [mark: string, does: string, pid: string])[] {
    const path = join(this.folder, 'begun.txt');
    if (!existsSync(path)) return [];
    return readFileSync(path, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => line.split(' ') as [string, string, string]);
  }

  note(text: string): void {
    appendFileSync(join(this.folder, 'notes.txt'), `${text}\n`);
  }

  async closeAll(): Promise<void> {
    await Promise.all(this.#executors.splice(0).map((executor) => executor.close()));
  }
}

/** A job that lets the stage behave so. */
export function behave(trial: number, does: string, more: JsonObject = {}): TrialJob {
  const settings = Object.entries({ does, mark: trial, ...more });
  const assignments = Object.fromEntries(settings.map(([key, value]) => [`behave.${key}`, value]));
  return { trial, run: `trial-${trial}`, assignments, asks: false };
}

/** Remembers what it is told. */
export class Listener implements JobListener {
  readonly events: RunEvent[] = [];
  readonly workers: number[] = [];
  readonly asked: number[] = [];
  readonly #verdict: (record: EpochRecord) => Verdict;

  constructor(verdict: (record: EpochRecord) => Verdict = () => 'continue') {
    this.#verdict = verdict;
  }

  started(worker: number): void {
    this.workers.push(worker);
  }

  event(event: RunEvent): void {
    this.events.push(event);
  }

  decide(record: EpochRecord): Verdict {
    this.asked.push(record.epoch);
    return this.#verdict(record);
  }

  /** Epochs told, in order. */
  get epochs(): number[] {
    return this.events.flatMap((event) =>
      event.type === 'stage-event' && event.event.type === 'epoch-ended' ? [event.event.record.epoch] : [],
    );
  }
}

/** Submits with a listener of its own. */
export async function runJob(
  executor: Executor,
  job: TrialJob,
  listener = new Listener(),
): Promise<{ readonly outcome: JobOutcome; readonly listener: Listener }> {
  return { outcome: await executor.submit(job, listener), listener };
}

/** Resolves when it holds; asked every 20 ms, for 20 s. */
export async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries++) {
    if (tries === 1000) throw new Error(`waited in vain until ${String(holds)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
