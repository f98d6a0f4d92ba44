/**
 * A night of bad luck in a minute: workers are killed, stopped and run out of memory, trials give NaN, and the sweep itself
 * is killed at random moments and started again by the same command. In the end everything is as if nothing had happened.
 *   ASSAY_CHAOS_SEED=7 npx vitest run test/sweep/chaos.test.ts
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { RandomStream } from '../../src/core/random.js';
import { temporaryPrefix } from '../../src/core/atomic-write.js';
import { Rig } from '../support/rig.js';
import { comparableTrials, type SweepJson } from '../support/sweep-project.js';

const trials = 200;
const parentDeaths = 6;
const seed = Number(process.env['ASSAY_CHAOS_SEED'] ?? 1);

// Where a folder \`chaos\` lies in the project, one trial in twelve takes all the memory it can get, once.
const stage = `
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { defineStage } from 'assay';

export default defineStage<{ x: number }>({
  usesSeed: false,
  schema: { type: 'object', properties: { x: { type: 'integer', default: 0 } }, additionalProperties: false },
  async execute({ settings: { x }, output, projectRoot, checkpoints, emit, afterEpoch }) {
    const chaos = join(projectRoot, 'chaos');
    const marker = join(chaos, String(x));
    if (x % 12 === 5 && existsSync(chaos) && !existsSync(marker)) {
      writeFileSync(marker, '');
      const all: Buffer[] = [];
      for (;;) { all.push(Buffer.alloc(1 << 24, 1)); await sleep(5); }
    }
    const epochs = 3;
    const loss = (epoch: number) => (x % 17 === 3 ? NaN : Math.sin(x) + 1 / epoch);
    const record = (epoch: number) => ({ epoch, step: epoch, metrics: { loss: loss(epoch) } });
    const done = (await checkpoints.latest())?.step ?? 0;
    const records = Array.from({ length: done }, (_, i) => record(i + 1));
    if (done > 0) emit({ type: 'resumed', epoch: done, step: done, records });
    for (let epoch = done + 1; epoch <= epochs; epoch += 1) {
      await sleep(15);
      await checkpoints.save(epoch, async (folder) => writeFileSync(join(folder, 'epoch.txt'), String(epoch)));
      records.push(record(epoch));
      emit({ type: 'epoch-ended', record: record(epoch), epochs, seconds: 0.015 });
      if (epoch < epochs) await afterEpoch(record(epoch));
    }
    writeFileSync(join(output, 'x.txt'), String(x));
    return { metrics: { loss: loss(epochs) }, epochs: records };
  },
});
`;
const experiment = `pipeline: ../pipelines/chaos.yaml
seed: 3
sweep:
  objective: { metric: loss, goal: minimize }
  space: { score.x: { int: [0, 100000] } }
  sampler: random
  trials: ${trials}
  workers: 3
  threads: 1
  retries: 100
  memory: 400MB
`;
const args = ['sweep', 'experiments/chaos.yaml', '--json'];
/** Otherwise a worker may be silent for a minute. */
const impatience = { ASSAY_STOPPED_SECONDS: '2' };

function writeProject(rig: Rig): void {
  rig.write('package.json', '{ "name": "chaos", "private": true }\n');
  rig.write('pipelines/stages/score.ts', stage.trimStart());
  rig.write('pipelines/chaos.yaml', 'stages:\n  score:\n    uses: ./stages/score.ts\n');
  rig.write('experiments/chaos.yaml', experiment);
}

/** Living processes that work in the folder, with their parents. */
function processesIn(folder: string): { pid: number; parent: number; command: string }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        if (readlinkSync(`/proc/${name}/cwd`) !== folder) return [];
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
        return state === 'Z' ? [] : [{ pid: Number(name), parent: Number(parent), command }];
      } catch {
        return [];
      }
    });
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory()
      ? filesIn(join(folder, entry.name)).map((name) => join(entry.name, name))
      : [entry.name],
  );
}

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone by itself.
  }
}

it.runIf(process.platform === 'linux')(
  `${trials} trials come through a night of bad luck (seed ${seed})`,
  { timeout: 300_000 },
  async () => {
    using calm = new Rig();
    writeProject(calm);
    const undisturbed = await calm.assay(args);
    expect(undisturbed.code, undisturbed.stderr).toBe(0);
    const expected = JSON.parse(undisturbed.stdout) as SweepJson;
    expect(expected.trials).toHaveLength(trials);
    expect(expected.counts['failed']).toBeGreaterThan(0);

    using rig = new Rig();
    writeProject(rig);
    mkdirSync(join(rig.folder, 'chaos'));
    const stream = new RandomStream(seed, 'chaos');
    const random = (): number => stream.float();
    let killed = 0;
    let stopped = 0;
    for (let death = 0; ; death += 1) {
      const { child, finished } = rig.start(args, impatience);
      const alive = (): boolean => child.exitCode === null && child.signalCode === null;
      const dies = death < parentDeaths ? performance.now() + 900 + random() * 2500 : Infinity;
      while (alive() && performance.now() < dies) {
        await pause(100 + random() * 400);
        const workers = processesIn(rig.folder).filter(
          ({ parent, command }) => parent === child.pid && command.includes('trial-worker'),
        );
        const victim = workers[Math.floor(random() * workers.length)];
        // Towards the end it is left in peace, or it would never come to one.
        if (victim === undefined || death >= parentDeaths + 1 || random() < 0.5) continue;
        const stops = random() < 0.25;
        kill(victim.pid, stops ? 'SIGSTOP' : 'SIGKILL');
        if (stops) stopped += 1;
        else killed += 1;
        if (death === parentDeaths && killed + stopped > 60) break;
      }
      if (alive() && death < parentDeaths) {
        child.kill('SIGKILL');
        await finished;
        continue;
      }
      const { code, stdout, stderr } = await finished;
      // Where three workers in a row were killed before they were ready, it gives up, and loses nothing by it.
      if (code === 1 && (JSON.parse(stdout) as SweepJson).problem?.code === 'worker-does-not-start') continue;
      expect(code, stderr).toBe(0);
      expect(comparableTrials(JSON.parse(stdout) as SweepJson)).toEqual(comparableTrials(expected));
      break;
    }
    expect(killed).toBeGreaterThan(3);
    expect(stopped).toBeGreaterThan(0);
    expect(readdirSync(join(rig.folder, 'chaos')).length).toBeGreaterThan(5);

    const database = new Database(join(rig.folder, 'runs/assay.sqlite'), { readonly: true });
    try {
      const count = (sql: string): unknown => database.prepare(sql).pluck().get();
      expect(count('SELECT count(*) FROM trials')).toBe(trials);
      expect(count('SELECT count(DISTINCT number) FROM trials')).toBe(trials);
      expect(count('SELECT count(DISTINCT configuration) FROM trials')).toBe(trials);
      expect(count('SELECT count(*) FROM runs')).toBe(trials);
      expect(count(`SELECT count(*) FROM trials WHERE state NOT IN ('done', 'failed')`)).toBe(0);
      expect(count(`SELECT count(*) FROM runs WHERE status NOT IN ('done', 'failed')`)).toBe(0);
      expect(count(`SELECT count(*) FROM stages WHERE status = 'running'`)).toBe(0);
      expect(count(`SELECT count(*) FROM sweeps WHERE status = 'done'`)).toBe(1);
    } finally {
      database.close();
    }
    const until = performance.now() + 5000;
    while (processesIn(rig.folder).length > 0 && performance.now() < until) await pause(50);
    expect(processesIn(rig.folder)).toEqual([]);
    expect(filesIn(rig.folder).filter((name) => name.split('/').at(-1)!.startsWith(temporaryPrefix))).toEqual(
      [],
    );
    const work = join(rig.folder, '.assay/work');
    expect(existsSync(work) ? readdirSync(work) : []).toEqual([]);
  },
);
