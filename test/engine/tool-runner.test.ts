/** Programs that the installation of an engine runs: what they say, and that an interruption ends them. */
import { describe, expect, it } from 'vitest';
import { toolRunner } from '../../src/engine/tensorflow-install/tool-runner.js';

describe.skipIf(process.platform === 'win32')('toolRunner', () => {
  it('gives what a program says, and nothing as the code of one that is not there', async () => {
    const run = toolRunner(new AbortController().signal);
    expect(await run('sh', ['-c', 'echo out; echo err >&2; exit 3'])).toEqual({
      code: 3,
      stdout: 'out\n',
      stderr: 'err\n',
    });
    expect(await run('no-such-program', [])).toMatchObject({ code: undefined });
  });

  it.each([
    ['a program and what it started', 'sleep 60 & sleep 60'],
    // Another group holds the output open: there is nothing left to be ended.
    ['one that has ended already', 'setsid sleep 1 &'],
  ])('ends %s when it is interrupted', async (_what, script) => {
    const controller = new AbortController();
    const running = toolRunner(controller.signal)('sh', ['-c', script]);
    setTimeout(() => controller.abort(new Error('interrupted')), 300);
    const began = performance.now();
    await expect(running).rejects.toThrow('interrupted');
    expect(performance.now() - began).toBeLessThan(30_000);
  });
});
