import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { describe, expect, it } from 'vitest';
import { isGone, processIdentity } from '../../src/tracking/process-identity.js';
import { at, header, temporaryFolder, valueOf } from './support.js';
import { openTracking } from '../../src/tracking/tracking.js';

const hasProc = existsSync('/proc/self/stat');

async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' });
  await new Promise((done) => child.on('close', done));
  return child.pid!;
}

describe('a process', () => {
  it('that lives is not gone', () => {
    expect(isGone(processIdentity())).toBe(false);
    expect(isGone({ host: hostname(), pid: process.pid, process: null })).toBe(false);
  });

  it('that ended is gone', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    const identity = processIdentity(child.pid);
    expect(isGone(identity)).toBe(false);
    child.kill('SIGKILL');
    await new Promise((done) => child.on('close', done));
    expect(isGone(identity)).toBe(true);
    expect(isGone({ ...identity, process: null })).toBe(true);
  });

  it.skipIf(!hasProc)('whose number was given to another is gone', () => {
    const mine = processIdentity();
    const [boot, namespace, start] = mine.process!.split(' ');
    expect(isGone({ ...mine, process: `${boot} ${namespace} ${Number(start) - 1}` })).toBe(true);
  });

  it.skipIf(!hasProc)('from before the machine started is gone', () => {
    const mine = processIdentity();
    const [, namespace, start] = mine.process!.split(' ');
    expect(isGone({ ...mine, process: `another-boot ${namespace} ${start}` })).toBe(true);
  });

  it('on another machine or in another container is not known to be gone', async () => {
    const pid = await deadPid();
    expect(isGone({ host: 'elsewhere', pid, process: null })).toBe(false);
    if (!hasProc) return;
    const [boot] = processIdentity().process!.split(' ');
    expect(isGone({ host: hostname(), pid, process: `${boot} pid:[1] 5` })).toBe(false);
  });
});

describe('marking interrupted runs', () => {
  it('takes those whose process is gone, with their last sign of life as their end', async () => {
    const tracking = valueOf(openTracking(temporaryFolder()));
    const recorder = tracking.recorder({ onProblem: ({ message }) => expect.fail(message) });
    const start = async (id: string, pid: number): Promise<void> => {
      recorder.listen(at(id, 0, { type: 'run-started', run: header(id, { pid }) }));
      recorder.listen(at(id, 10, { type: 'stage-started', stage: 'train', fingerprint: 'f', why: [] }));
      for (const step of [1, 2]) {
        recorder.listen(
          at(id, 1000 * step, {
            type: 'stage-event',
            stage: 'train',
            event: {
              type: 'epoch-ended',
              record: { epoch: step, step, metrics: { loss: 1 } },
              epochs: 2,
              seconds: 1,
            },
          }),
        );
      }
      await Promise.resolve();
    };
    await start('dead', await deadPid());
    await start('alive', process.pid);
    recorder.close();
    expect(valueOf(tracking.markInterrupted())).toEqual(['dead']);
    expect(valueOf(await tracking.run('dead'))).toMatchObject({ status: 'interrupted', seconds: 2 });
    expect(valueOf(await tracking.run('alive'))).toMatchObject({
      status: 'running',
      seconds: null,
      ended: null,
    });
    tracking.close();
  });
});
