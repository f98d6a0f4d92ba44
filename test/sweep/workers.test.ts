/** Whatever becomes of a worker costs one trial, which says why; and nothing outlives the sweep. */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { trialWorkerProgram } from '../../src/cli/trial-setup.js';
import { createDiskArtifactCache } from '../../src/cache/disk-artifact-cache.js';
import type { JobOutcome } from '../../src/sweep/executors/executor.js';
import { behave, isAlive, runJob, TrialRig, until } from './trial-rig.js';

let rig: TrialRig;
beforeEach(() => (rig = new TrialRig()));
afterEach(async () => {
  await rig.closeAll();
  rig[Symbol.dispose]();
});

type Lost = Extract<JobOutcome, { status: 'lost' }>;

/** Runs the job beside others that must come to no harm; how it was lost. */
async function lose(
  does: string,
  options: Parameters<TrialRig['processes']>[0] = {},
  more: Parameters<typeof behave>[2] = {},
): Promise<Lost> {
  const executor = rig.processes(options);
  const others = [10, 11, 12].map((trial) => runJob(executor, behave(trial, 'sleep', { milliseconds: 50 })));
  const { outcome } = await runJob(executor, behave(1, does, more));
  for (const { outcome: other } of await Promise.all(others)) expect(other.status).toBe('done');
  // Another worker took its place.
  expect((await runJob(executor, behave(2, 'sleep'))).outcome.status).toBe('done');
  expect(outcome.status).toBe('lost');
  expect(rig.begun().filter(([mark]) => mark === '1')).toHaveLength(1);
  return outcome as Lost;
}

describe('a worker', () => {
  it('that crashes in native code', async () => {
    const { problem, output } = await lose('crash');
    expect(problem).toMatchObject({
      code: 'worker-crashed',
      message: 'the worker crashed in native code (SIGSEGV)',
    });
    expect(output).toContain('about to crash');
  });

  it('that ends the process', async () => {
    const { problem, output } = await lose('exit');
    expect(problem.code).toBe('worker-exited');
    expect(problem.message).toBe(
      'expected the worker to go on, got its end with exit code 7 in the middle of a trial',
    );
    expect(output).toBe('leaving\n');
  });

  it('that dies of an error nobody caught', async () => {
    const { problem, output } = await lose('reject');
    expect(problem.code).toBe('worker-exited');
    expect(output).toContain('left behind');
  });

  it('that is killed', async () => {
    const { problem } = await lose('kill');
    expect(problem.code).toBe('worker-killed');
    expect(problem.message).toBe(
      'the worker was killed (SIGKILL) by somebody else, perhaps by the system because memory ran out',
    );
  });

  it('whose heap is exhausted', async () => {
    process.env['NODE_OPTIONS'] = '--max-old-space-size=60';
    try {
      const { problem } = await lose('heap');
      expect(problem.code).toBe('worker-out-of-memory');
    } finally {
      delete process.env['NODE_OPTIONS'];
    }
  });

  it('that takes more memory than it may', async () => {
    const { problem } = await lose('memory', { limits: { memoryBytes: 400e6 } });
    expect(problem.code).toBe('trial-memory');
    expect(problem.message).toMatch(/^expected the worker to take at most .* of memory, got /);
  });

  it('that takes longer than it may', async () => {
    const { problem } = await lose('sleep', { limits: { timeoutSeconds: 1 } }, { milliseconds: 60_000 });
    expect(problem.code).toBe('trial-timeout');
    expect(problem.message).toMatch(/^expected an attempt to end within 1.0 s/);
  });

  it('may take longer than any timer can count', async () => {
    const executor = rig.processes({ limits: { timeoutSeconds: 30 * 24 * 3600 } });
    const { outcome } = await runJob(executor, behave(1, 'sleep', { milliseconds: 300 }));
    expect(outcome.status).toBe('done');
  });

  it('that is stopped', async () => {
    const { problem } = await lose('stop', { stoppedSeconds: 2 });
    expect(problem.code).toBe('worker-hung');
    expect(problem.message).toContain('it was stopped (SIGSTOP), or the machine stands still');
  });

  it('that loops for ever', async () => {
    const { problem } = await lose('loop', { blockedSeconds: 2 }, { milliseconds: 600_000 });
    expect(problem.code).toBe('worker-hung');
    expect(problem.message).toContain('perhaps an endless loop');
  });

  it('is not taken for stopped while it computes', async () => {
    const executor = rig.processes({ stoppedSeconds: 1 });
    const { outcome } = await runJob(executor, behave(1, 'loop', { milliseconds: 3000 }));
    expect(outcome.status).toBe('done');
  });

  it('that yields what can’t be sent costs nobody anything', async () => {
    const executor = rig.processes();
    const { outcome } = await runJob(executor, behave(1, 'function'));
    expect(['done', 'failed']).toContain(outcome.status);
    expect((await runJob(executor, behave(2, 'sleep'))).outcome.status).toBe('done');
    expect(new Set(rig.begun().map(([, , pid]) => pid)).size).toBe(1);
  });

  it.runIf(process.platform === 'linux')('stands back for others, with all its threads', async () => {
    const executor = rig.processes({ slots: 1, niceness: 7 });
    const job = runJob(executor, behave(1, 'sleep', { milliseconds: 500 }));
    await until(() => rig.begun().length > 0);
    const tasks = `/proc/${executor.workers()[0]!.pid}/task`;
    const nice = readdirSync(tasks).map((thread) => {
      const stat = readFileSync(join(tasks, thread, 'stat'), 'utf8');
      // Field 19; the second is a name in parentheses.
      return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]);
    });
    expect(nice.length).toBeGreaterThan(1);
    expect(new Set(nice)).toEqual(new Set([Math.min(19, getPriority() + 7)]));
    await job;
  });

  it('tells of steps in few messages and loses none', async () => {
    const { listener } = await runJob(rig.processes(), behave(1, 'steps'));
    const steps = listener.events.filter(
      (event) => event.type === 'stage-event' && event.event.type === 'step-ended',
    );
    expect(steps).toHaveLength(1000);
  });
});

it('gives up when no worker comes up, and says why', async () => {
  rig.write('broken.mjs', "console.error('no such library'); process.exit(3);\n");
  const executor = rig.processes({ program: join(rig.folder, 'broken.mjs') });
  const outcomes = await Promise.all([1, 2].map((trial) => runJob(executor, behave(trial, 'sleep'))));
  for (const { outcome } of outcomes) {
    expect(outcome).toMatchObject({ status: 'lost', problem: { code: 'worker-does-not-start' } });
    expect((outcome as Lost).output).toContain('no such library');
  }
  expect((await runJob(executor, behave(3, 'sleep'))).outcome.status).toBe('lost');
});

it('makes one stop by force that does not listen', async () => {
  const executor = rig.processes({ graceSeconds: 0.3 });
  const job = runJob(executor, behave(1, 'loop', { milliseconds: 60_000 }));
  await until(() => rig.begun().length === 1);
  executor.cancel(1);
  expect((await job).outcome).toEqual({ status: 'interrupted' });
  expect((await runJob(executor, behave(2, 'sleep'))).outcome.status).toBe('done');
});

it('leaves no process when it is closed, those that its stages started among them', async () => {
  const executor = rig.processes({ graceSeconds: 1 });
  const jobs = [
    runJob(executor, behave(1, 'children', { milliseconds: 60_000 })),
    runJob(executor, behave(2, 'stop')),
  ];
  await until(() => rig.begun().length === 2);
  await until(hasStartedChild);
  const groups = rig.begun().map(([, , pid]) => Number(pid));
  await executor.close();
  for (const { outcome } of await Promise.all(jobs)) expect(outcome.status).toBe('interrupted');
  await until(() => groups.every((group) => membersOf(group).length === 0));
});

it('sweeps up what a worker that was killed left in the cache', async () => {
  const cache = createDiskArtifactCache(join(rig.folder, '.assay'));
  let swept = 0;
  const executor = rig.processes({
    sweepLeftovers: () => void cache.sweepLeftovers().then((count) => (swept += count)),
  });
  const alive = runJob(executor, behave(1, 'sleep', { milliseconds: 1500 }));
  await until(() => rig.begun().length === 1);
  await runJob(executor, behave(2, 'kill'));
  await until(() => swept === 1);
  // The other one's workspace is untouched.
  expect((await alive).outcome.status).toBe('done');
  expect(readdirSync(join(rig.folder, '.assay', 'work'))).toEqual([]);
});

const parent = `
import { createProcessExecutor } from ${JSON.stringify(
  fileURLToPath(new URL('../../dist/sweep/executors/process-executor.js', import.meta.url)),
)};
const [program, setup, jobs] = JSON.parse(process.argv[2]);
const executor = createProcessExecutor({ program, setup, slots: jobs.length });
const listener = { started() {}, event() {}, decide: () => 'continue' };
for (const job of jobs) void executor.submit(job, listener);
`;

it.each([['SIGKILL'], ['SIGTERM'], ['SIGHUP'], ['SIGSEGV']] as const)(
  'leaves no process when its own ends by %s, whatever the workers are at',
  async (signal) => {
    rig.write('parent.mjs', parent);
    const jobs = [
      behave(1, 'sleep', { milliseconds: 60_000 }),
      behave(2, 'loop', { milliseconds: 60_000 }),
      behave(3, 'stop'),
      behave(4, 'children', { milliseconds: 60_000 }),
    ];
    const argument = JSON.stringify([trialWorkerProgram, rig.setup(), jobs]);
    const child = spawn(process.execPath, [join(rig.folder, 'parent.mjs'), argument], { stdio: 'ignore' });
    try {
      await until(() => rig.begun().length === jobs.length);
      const groups = rig.begun().map(([, , pid]) => Number(pid));
      await until(hasStartedChild);
      expect(groups.every(isAlive)).toBe(true);
      child.kill(signal);
      await until(() => groups.every((group) => membersOf(group).length === 0));
    } finally {
      child.kill('SIGKILL');
    }
  },
);

/** Beside what the stage starts the group may have what made JavaScript of the stage, if it was the first that was asked. */
function hasStartedChild(): boolean {
  const [, , worker] = rig.begun().find(([, does]) => does === 'children')!;
  return membersOf(Number(worker)).some((pid) => readFileSync(`/proc/${pid}/comm`, 'utf8') === 'sleep\n');
}

/** Processes of a group that still run, as /proc tells. */
function membersOf(group: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const [state, , its] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
        return state !== 'Z' && Number(its) === group;
      } catch {
        return false;
      }
    })
    .map(Number);
}
