/**
 * A project whose trials take milliseconds: one stage of its own with a few settings to search over, and a note of each
 * time that it ran in `ran.txt`. What goes wrong with a trial is a setting, too.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Rig } from './rig.js';

const stage = `
import { appendFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { defineStage } from 'assay';

interface Settings {
  x: number; y: number; kind: string; epochs: number; milliseconds: number; trouble: string; troubleFrom: number;
}

export default defineStage<Settings>({
  usesSeed: false,
  schema: {
    type: 'object',
    properties: {
      x: { type: 'number', default: 0 },
      y: { type: 'number', default: 0 },
      kind: { type: 'string', default: 'plain' },
      epochs: { type: 'integer', default: 1, minimum: 1 },
      milliseconds: { type: 'number', default: 0 },
      trouble: { enum: ['none', 'throw', 'once', 'crash', 'nan', 'hang'], default: 'none' },
      troubleFrom: { type: 'number', default: 1e9 },
    },
    additionalProperties: false,
  },
  async execute({ settings, output, projectRoot, checkpoints, emit, afterEpoch, signal }) {
    const { x, y, epochs, milliseconds, troubleFrom } = settings;
    const trouble = x >= troubleFrom ? settings.trouble : 'none';
    const note = (text: string) => appendFileSync(join(projectRoot, 'ran.txt'), \`\${text}\\n\`);
    const marker = join(projectRoot, \`once-\${x}\`);
    if (trouble === 'throw') { note(\`x=\${x} throws\`); throw new RangeError(\`no x from \${troubleFrom}\`); }
    if (trouble === 'crash') { note(\`x=\${x} crashes\`); process.kill(process.pid, 'SIGKILL'); await sleep(60_000); }
    if (trouble === 'once' && !existsSync(marker)) { writeFileSync(marker, ''); note(\`x=\${x} throws once\`); throw new Error('bad luck'); }
    const loss = (epoch: number) => (trouble === 'nan' ? NaN : (x - 0.3) ** 2 + y + 1 / epoch);
    const latest = await checkpoints.latest();
    const records = Array.from({ length: latest?.step ?? 0 }, (_, i) => ({ epoch: i + 1, step: i + 1, metrics: { loss: loss(i + 1) } }));
    if (records.length > 0) {
      emit({ type: 'resumed', epoch: records.length, step: records.length, records });
      if (records.length < epochs) await afterEpoch(records.at(-1)!, true);
    }
    while (records.length < epochs) {
      signal.throwIfAborted();
      await sleep(milliseconds);
      const epoch = records.length + 1;
      const record = { epoch, step: epoch, metrics: { loss: loss(epoch) } };
      records.push(record);
      note(\`x=\${x} epoch \${epoch}\`);
      await checkpoints.save(epoch, async (folder) => writeFileSync(join(folder, 'epoch.txt'), String(epoch)));
      emit({ type: 'epoch-ended', record, epochs, seconds: milliseconds / 1000 });
      if (epoch < epochs) await afterEpoch(record);
    }
    writeFileSync(join(output, 'x.txt'), String(x));
    return { metrics: { loss: loss(epochs), distance: Math.abs(x - 0.3) }, epochs: records };
  },
});
`;

export const sweepExperiment = 'experiments/search.yaml';

/** @param sweep the block's lines, without indentation. */
export function writeSweepProject(
  rig: Rig,
  sweep: string,
  set: Readonly<Record<string, unknown>> = {},
): void {
  if (!existsSync(join(rig.folder, 'package.json'))) {
    rig.write('package.json', '{ "name": "search", "private": true }\n');
    rig.write('pipelines/stages/score.ts', stage.trimStart());
    rig.write('pipelines/search.yaml', 'stages:\n  score:\n    uses: ./stages/score.ts\n');
  }
  const lines = Object.entries(set).map(([path, value]) => `  ${path}: ${JSON.stringify(value)}\n`);
  rig.write(
    sweepExperiment,
    `pipeline: ../pipelines/search.yaml\nseed: 7\n${lines.length === 0 ? '' : `set:\n${lines.join('')}`}sweep:\n${sweep
      .trim()
      .split('\n')
      .map((line) => `  ${line}\n`)
      .join('')}`,
  );
}

/**
 * Six trials of two epochs, of which the two with x = 0.9 fail.
 * @param kind a text beside `plain`, as YAML writes it
 */
export function writeFailingSweep(rig: Rig, kind: string): void {
  writeSweepProject(
    rig,
    `
objective: { metric: loss, goal: minimize }
space:
  score.x: [0.1, 0.3, 0.9]
  score.kind: [plain, ${kind}]
sampler: grid
workers: 1`,
    { 'score.epochs': 2, 'score.trouble': 'throw', 'score.troubleFrom': 0.8 },
  );
}

/** What the stage did, a line each; \`x=0.5 epoch 1\`. */
export function ranLines(rig: Rig): string[] {
  return existsSync(join(rig.folder, 'ran.txt')) ? rig.read('ran.txt').trim().split('\n') : [];
}

export interface SweepJson {
  readonly sweep: string;
  readonly status: string;
  readonly reason: string;
  readonly threads: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly best: readonly { readonly trial: number; readonly run: string; readonly command: string }[];
  readonly trials: readonly {
    readonly trial: number;
    readonly run: string;
    readonly state: string;
    readonly values?: readonly number[];
    readonly epochs: number;
    readonly failures: number;
    readonly assignments: Readonly<Record<string, unknown>>;
    readonly problem?: { readonly code: string; readonly message: string };
  }[];
  readonly problem?: { readonly code: string; readonly message: string };
}

/** Runs a sweep with `--json`; fails with what it said unless it ends with the code. */
export async function sweepJson(
  rig: Rig,
  args: readonly string[] = [],
  code = 0,
  environment?: Readonly<Record<string, string>>,
): Promise<SweepJson> {
  const all = ['sweep', sweepExperiment, '--json', ...args];
  const finished = await rig.assay(all, environment);
  if (finished.code !== code)
    throw new Error(
      `assay ${all.join(' ')} ended with ${finished.code}\n${finished.stdout}\n${finished.stderr}`,
    );
  return JSON.parse(finished.stdout) as SweepJson;
}

/** What is the same in two sweeps that did the same, whenever that was. */
export function comparableTrials({ trials }: SweepJson): unknown[] {
  return trials.map(({ trial, state, values, epochs, assignments }) => ({
    trial,
    state,
    values,
    epochs,
    assignments,
  }));
}

/** Waits until the stage has noted at least so many lines. */
export async function untilRan(rig: Rig, lines: number): Promise<void> {
  const until = Date.now() + 30_000;
  while (ranLines(rig).length < lines) {
    if (Date.now() > until) throw new Error(`the stage noted ${ranLines(rig).length} lines, not ${lines}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
