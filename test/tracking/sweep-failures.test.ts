/** Sweeps whose process is killed, that two processes want, and whose disk is full. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SweepEvent } from '../../src/core/sweep-events.js';
import { openTracking } from '../../src/tracking/tracking.js';
import { prepareScripts, type Scripts } from './processes.js';
import { began, problemOf, temporaryFolder, valueOf } from './support.js';
import {
  beginSweep,
  beginTrial,
  endSweep,
  endTrial,
  epochOf,
  recordSweep,
  runOf,
  sweepAt,
  sweepName,
  trialHeader,
} from './sweep-support.js';

let scripts: Scripts;
beforeAll(() => {
  scripts = prepareScripts();
});
afterAll(() => {
  scripts.remove();
});

/** No process has this number: the greatest there can be is 2^22. */
const gone = 4_194_305;

const trial = (number: number, pid: number): SweepEvent[] => [
  sweepAt(10, { type: 'trial-proposed', trial: trialHeader(number) }),
  ...beginTrial(number, 20, { pid }),
  ...epochOf(number, 1, 1000, 0.5),
];

describe('a process killed while it records a sweep', () => {
  /** Goes on where the record ends, as the loop does, and never stops by itself. */
  const record = `
    const tracking = openTracking(folder).value;
    const claimed = tracking.claimSweep('architectures');
    if (!claimed.ok) throw new Error(JSON.stringify(claimed.problems));
    const recorded = (await tracking.sweep('architectures')).value;
    const recorder = tracking.sweepRecorder({ onProblem: (problem) => { throw new Error(problem.message); } });
    const emit = (body) => recorder.listen({ ...body, sweep: 'architectures', time: Date.now() });
    emit({ type: 'sweep-started', header: { ...HEADER, pid: process.pid }, resumed: recorded !== undefined });
    const trials = recorded?.trials ?? [];
    const ofRun = (number, body) => emit({ type: 'trial-run-event', trial: number,
      event: { ...body, runId: 'run-' + number, time: Date.now() } });
    const work = (number, attempt, epochs) => {
      emit({ type: 'trial-started', trial: number, attempt, worker: 1 });
      ofRun(number, { type: 'run-started', run: { ...RUN, id: 'run-' + number, pid: process.pid } });
      ofRun(number, { type: 'stage-started', stage: 'train', fingerprint: 'f' + number, why: [] });
      for (let epoch = epochs + 1; epoch <= 3; epoch++) {
        for (let step = 1; step <= 4; step++)
          ofRun(number, { type: 'stage-event', stage: 'train',
            event: { type: 'step-ended', epoch, step: 4 * (epoch - 1) + step, metrics: { loss: number, rate: 1 } } });
        const record = { epoch, step: 4 * epoch, metrics: { loss: number } };
        ofRun(number, { type: 'stage-event', stage: 'train', event: { type: 'epoch-ended', record, epochs: 3, seconds: 1 } });
        emit({ type: 'trial-reported', trial: number, epoch, value: number });
      }
      ofRun(number, { type: 'stage-ended', stage: 'train', fingerprint: 'f' + number, artifact: 'a' + number, seconds: 1, bytes: 1, summary: {} });
      ofRun(number, { type: 'run-ended', status: 'done', seconds: 1, metrics: { loss: number } });
      emit({ type: 'trial-ended', trial: number, state: 'done', values: [number], epochs: 3, seconds: 1 });
    };
    say('started');
    for (const { number, state, attempts, reports } of trials)
      if (state === 'waiting') work(number, attempts + 1, reports.length);
    for (let number = trials.length; ; number++) {
      emit({ type: 'trial-proposed', trial: { ...TRIAL, number, run: 'run-' + number, configuration: 'c' + number } });
      work(number, 1, 0);
      // So that it can be killed between two trials, too.
      if (number % 10 === 0) await new Promise((later) => setTimeout(later, 1));
    }`;

  it(
    'leaves trials without gaps, none twice, none done without all of its run, and goes on from there',
    { timeout: 120_000 },
    async () => {
      const folder = temporaryFolder();
      const [started, , run] = [beginSweep(), ...beginTrial(0, 0)] as [SweepEvent, SweepEvent, SweepEvent];
      const code = record
        .replace('HEADER', JSON.stringify(started.type === 'sweep-started' ? started.header : {}))
        .replace(
          'RUN',
          JSON.stringify(
            run.type === 'trial-run-event' && run.event.type === 'run-started' ? run.event.run : {},
          ),
        )
        .replace('TRIAL', JSON.stringify(trialHeader(0)));
      let before = 0;
      for (const delay of [0, 2, 5, 9, 20, 33, 51, 80, 7, 130]) {
        const child = scripts.start(code, folder);
        await child.printed('started');
        await new Promise((later) => setTimeout(later, delay));
        child.process.kill('SIGKILL');
        const ended = await child.ended;
        expect([ended.code, ended.errors]).toEqual(['SIGKILL', '']);

        const raw = new Sqlite(join(folder, 'assay.sqlite'));
        const rows = (sql: string): unknown[] => raw.prepare(sql).all();
        expect(raw.pragma('integrity_check', { simple: true })).toBe('ok');
        expect(raw.pragma('foreign_key_check')).toEqual([]);
        // Of a trial that is done: the run is done, with three epochs, twelve steps of two metrics, and its end.
        const torn = rows(`
          SELECT t.number FROM trials t LEFT JOIN runs r ON r.id = t.run
          WHERE t.state = 'done' AND (r.status IS NOT 'done'
            OR (SELECT count(*) FROM points p JOIN series s ON s.id = p.series WHERE s.run = r.number) <> 27
            OR (SELECT count(*) FROM reports WHERE trial = t.id) <> 3
            OR (SELECT count(*) FROM final_metrics WHERE run = r.number) <> 1)`);
        expect(torn).toEqual([]);
        expect(rows(`SELECT max(number) + 1 - count(*) AS gaps FROM trials HAVING gaps <> 0`)).toEqual([]);
        raw.close();

        const tracking = valueOf(openTracking(folder));
        valueOf(tracking.markInterrupted());
        const sweep = valueOf(await tracking.sweep(sweepName))!;
        expect(sweep.status).toBe('interrupted');
        expect(sweep.trials.map(({ number }) => number)).toEqual(sweep.trials.map((_, index) => index));
        expect(sweep.trials.filter(({ state }) => state !== 'done' && state !== 'waiting')).toEqual([]);
        expect(sweep.trials.length).toBeGreaterThanOrEqual(before);
        before = sweep.trials.length;
        const running = valueOf(await tracking.runs({ where: 'status = "running"' }));
        expect(running.rows).toEqual([]);
        tracking.close();
      }
      expect(before).toBeGreaterThan(10);
    },
  );

  it('leaves a sweep that is marked interrupted, and its running trials waiting', async () => {
    const tracking = valueOf(openTracking(temporaryFolder()));
    recordSweep(tracking, [beginSweep(0, { pid: gone }), ...trial(0, gone)]);
    // Who only reads sees it as well.
    const [seen] = valueOf(await tracking.sweeps());
    expect(seen).toMatchObject({ status: 'interrupted', alive: false, trials: { running: 0, waiting: 1 } });
    expect(valueOf(tracking.markInterrupted())).toEqual([runOf(0)]);
    const sweep = valueOf(await tracking.sweep(sweepName))!;
    expect(sweep.status).toBe('interrupted');
    expect(sweep.trials[0]).toMatchObject({ state: 'waiting', attempts: 1, reports: [[1, 0.5]] });
    expect(valueOf(await tracking.run(runOf(0)))).toMatchObject({
      status: 'interrupted',
      ended: began + 1000,
      seconds: 0.98,
    });
    expect(valueOf(tracking.markInterrupted())).toEqual([]);
    tracking.close();
  });
});

describe('a sweep that two processes want', () => {
  it('is run by the first; the second is told by which process', async () => {
    const folder = temporaryFolder();
    const holder = scripts.start(
      `say(String(openTracking(folder).value.claimSweep('architectures').ok)); setInterval(() => {}, 1000);`,
      folder,
    );
    await holder.printed('true');
    const tracking = valueOf(openTracking(folder));
    const { pid } = holder.process;
    expect(problemOf(tracking.claimSweep(sweepName))).toEqual({
      code: 'sweep-running',
      message: `expected sweep "architectures" to be run by one process at a time, got a second one: process ${pid} is running it`,
      fix: `wait for it (\`assay status architectures\` tells how far it is), or stop it: kill ${pid}`,
    });
    expect(tracking.claimSweep('another').ok).toBe(true);
    holder.process.kill('SIGKILL');
    await holder.ended;
    expect(tracking.claimSweep(sweepName).ok).toBe(true);
    expect(tracking.claimSweep(sweepName).ok).toBe(true);
    tracking.close();
  });

  it('is had by one only of many that want it at once', async () => {
    const folder = temporaryFolder();
    valueOf(openTracking(folder)).close();
    const code = `
      say(String(openTracking(folder).value.claimSweep('architectures').ok));
      say('asked');
      process.stdin.resume().on('end', () => process.exit());`;
    const children = Array.from({ length: 4 }, () =>
      scripts.start(code, folder, { stdio: ['pipe', 'pipe', 'pipe'] }),
    );
    await Promise.all(children.map((child) => child.printed('asked')));
    for (const { process: child } of children) child.stdin!.end();
    const ends = await Promise.all(children.map((child) => child.ended));
    expect(ends.map(({ output }) => output.split('\n')[0]).sort()).toEqual([
      'false',
      'false',
      'false',
      'true',
    ]);
  });

  it('is free again when it has ended, or was given back', () => {
    const folder = temporaryFolder();
    const tracking = valueOf(openTracking(folder));
    const raw = new Sqlite(join(folder, 'assay.sqlite'));
    const claims = (): unknown => raw.prepare('SELECT name, pid FROM sweep_claims ORDER BY name').all();
    valueOf(tracking.claimSweep('another'));
    recordSweep(tracking, [beginSweep()]);
    expect(claims()).toEqual([
      { name: 'another', pid: process.pid },
      { name: sweepName, pid: process.pid },
    ]);
    valueOf(tracking.releaseSweep('another'));
    recordSweep(tracking, [endSweep(1000)]);
    expect(claims()).toEqual([]);
    raw.close();
    tracking.close();
  });

  it('is taken over with its trials from a process that is gone, also from another machine after a silence', async () => {
    const folder = temporaryFolder();
    const tracking = valueOf(openTracking(folder));
    recordSweep(tracking, [beginSweep(), ...trial(0, process.pid)]);
    const raw = new Sqlite(join(folder, 'assay.sqlite'));
    const elsewhere = (seen: number): void => {
      raw.prepare("UPDATE sweep_claims SET host = 'elsewhere', seen = ?").run(seen);
      raw.prepare("UPDATE sweeps SET host = 'elsewhere'").run();
    };
    elsewhere(Date.now() - 60_000);
    expect(problemOf(tracking.claimSweep(sweepName)).message).toBe(
      `expected sweep "architectures" to be run by one process at a time, got a second one: process ${process.pid} on elsewhere is running it`,
    );
    expect(valueOf(await tracking.sweeps())[0]).toMatchObject({ status: 'running', alive: null });
    elsewhere(Date.now() - 121_000);
    valueOf(tracking.claimSweep(sweepName));
    expect(valueOf(await tracking.sweep(sweepName))).toMatchObject({
      status: 'interrupted',
      trials: [{ state: 'waiting' }],
    });
    expect(valueOf(await tracking.run(runOf(0))).status).toBe('interrupted');
    expect(raw.prepare('SELECT host, pid FROM sweep_claims').all()).toEqual([
      { host: hostname(), pid: process.pid },
    ]);
    raw.close();
    tracking.close();
  });
});

/** A file system of 1,200 kB, seen by one process alone. */
const smallDisk = (folder: string): string[] => [
  ...['unshare', '--user', '--map-root-user', '--mount', 'sh', '-c'],
  ...[`mount -t tmpfs -o size=1200k assay-test '${folder}' && exec "$@"`, 'sh'],
];
const canMount = ((): boolean => {
  const folder = mkdtempSync('/tmp/assay-mount-');
  const [command, ...args] = [...smallDisk(folder), 'true'];
  const mounted = spawnSync(command, args).status === 0;
  rmSync(folder, { recursive: true, force: true });
  return mounted;
})();

describe('a full disk in the middle of a sweep', () => {
  it.skipIf(!canMount)(
    'costs one warning, and what was kept is written once there is room again',
    async () => {
      const folder = temporaryFolder();
      const first = [beginSweep(), ...trial(0, process.pid)];
      const rest = [
        ...endTrial(0, 2000, 'done', { epochs: 1, seconds: 1, value: 0.5 }),
        ...trial(1, process.pid),
        ...endTrial(1, 2000, 'done', { epochs: 1, seconds: 1, value: 0.75 }),
      ];
      const code = `
      import { writeFileSync, rmSync } from 'node:fs';
      const tracking = openTracking(folder).value;
      const problems = [];
      const recorder = tracking.sweepRecorder({ onProblem: (problem) => problems.push(problem) });
      for (const event of ${JSON.stringify(first)}) recorder.listen(event);
      // Whatever room there is, to the last byte.
      for (let size = 65536; size >= 1; size = Math.floor(size / 2))
        try { for (;;) writeFileSync(folder + '/ballast', Buffer.alloc(size), { flag: 'a' }); } catch {}
      // The log may have room that it had before; more than that has not.
      for (let epoch = 2; problems.length === 0 && epoch < 500; epoch++)
        recorder.listen({ type: 'trial-reported', trial: 0, epoch, value: epoch, sweep: 'architectures', time: 1 });
      for (const event of ${JSON.stringify(rest)}) recorder.listen(event);
      say(JSON.stringify(problems));
      rmSync(folder + '/ballast');
      recorder.listen(${JSON.stringify(endSweep(3000))});
      recorder.close();
      const again = new Sqlite(folder + '/assay.sqlite');
      say(JSON.stringify([again.pragma('integrity_check', { simple: true }),
        (await tracking.sweep('architectures')).value.trials.map(({ state }) => state),
        again.prepare('SELECT status FROM runs').pluck().all(),
        again.prepare('SELECT status FROM sweeps').pluck().all()]));
      tracking.close();`;
      const { output, errors } = await scripts.start(code, folder, { wrap: smallDisk(folder) }).ended;
      expect(errors).toBe('');
      const [problems, state] = output
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown);
      expect(problems).toEqual([
        {
          code: 'tracking-disk-full',
          message: `the sweep goes on, but is not being recorded: there is no space left on the disk for ${join(folder, 'assay.sqlite')}`,
          fix: 'make room, for example with `assay cache gc`',
        },
      ]);
      expect(state).toEqual(['ok', ['done', 'done'], ['done', 'done'], ['done']]);
    },
  );
});
