/** What the live page tells of sweeps and runs whose process was killed: overnight, and while somebody looks. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Rig } from '../support/rig.js';
import { ask, follow, RecordedByHand, serve, type Served, type StreamEvent } from './support.js';

const html =
  (id: string, text: string) =>
  (event: StreamEvent): boolean =>
    event.data.html[id]?.includes(text) ?? false;

/** A process that does nothing until it is killed. */
function startProcess(): { readonly pid: number; kill(): Promise<void> } {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  const closed = once(child, 'close');
  return {
    pid: child.pid!,
    async kill() {
      child.kill('SIGKILL');
      await closed;
    },
  };
}

describe('a sweep whose process is gone', () => {
  let rig: Rig;
  let served: Served | undefined;
  let worker: ReturnType<typeof startProcess>;

  beforeEach(() => {
    rig = new Rig();
    rig.write('package.json', '{ "name": "served", "private": true }\n');
    worker = startProcess();
  });
  afterEach(async () => {
    await worker.kill();
    await served?.stop();
    served = undefined;
    rig[Symbol.dispose]();
  });

  /** One trial is done, one is under way. */
  async function record(pid: number): Promise<RecordedByHand> {
    const recorded = new RecordedByHand(rig, 'by-hand', 4, pid);
    recorded.begin(0);
    recorded.epoch(0, 1, 0.5);
    recorded.end(0, 'done', 0.5, 1);
    recorded.begin(1);
    recorded.epoch(1, 1, 0.25);
    await recorded.written();
    return recorded;
  }

  it('is shown interrupted, and so are its trials and their runs', async () => {
    const recorded = await record(worker.pid);
    await worker.kill();
    served = await serve(rig);
    const { body } = await ask(served, `/runs/${recorded.runOf(1)}`);
    expect(body).toMatch(/Interrupted after [^;]+; 1 of 2 stages came from the cache/);
    expect(body).not.toMatch(/Running for|now at/);
    const stream = await follow(served, '/events?sweep=by-hand');
    const whole = await stream.until(({ name }) => name === 'snapshot');
    expect(whole.data.data?.trials).toMatchObject([
      { number: 0, state: 'done' },
      { number: 1, state: 'waiting' },
    ]);
    expect(whole.data.html.progress).toContain('Interrupted after');
    const overview = await ask(served, '/');
    expect(overview.body).toContain('Interrupted after');
    expect(overview.body).not.toContain('Running for');
    stream.close();
    recorded.close();
  });

  it('comes to be shown interrupted to those who follow while it is killed', async () => {
    const recorded = await record(worker.pid);
    served = await serve(rig);
    const streams = await Promise.all(
      ['/events?sweep=by-hand', `/events?run=${recorded.runOf(1)}`, '/events'].map((path) =>
        follow(served!, path),
      ),
    );
    const [sweep, run, overview] = streams as [(typeof streams)[0], (typeof streams)[0], (typeof streams)[0]];
    const before = await sweep.until(({ name }) => name === 'snapshot');
    expect(before.data.data?.trials).toMatchObject([{ state: 'done' }, { number: 1, state: 'running' }]);
    await run.until(html('headline', 'Running for'));
    await overview.until(html('underway', 'by-hand'));
    await worker.kill();
    await sweep.until(({ data }) => data.data?.trials?.some(({ state }) => state === 'waiting') ?? false);
    await run.until(html('headline', 'Interrupted after'));
    await overview.until(html('sweeps', 'Interrupted after'));
    for (const stream of streams) stream.close();
    recorded.close();
  });

  it('is left as it is recorded where nobody here can know of its process', async () => {
    const recorded = await record(worker.pid);
    const other = new Sqlite(join(rig.folder, 'runs/assay.sqlite'));
    other.exec(`UPDATE runs SET host = 'elsewhere'; UPDATE sweeps SET host = 'elsewhere'`);
    other.close();
    await worker.kill();
    served = await serve(rig);
    expect((await ask(served, `/runs/${recorded.runOf(1)}`)).body).toContain('Running for');
    const stream = await follow(served, '/events?sweep=by-hand');
    const whole = await stream.until(({ name }) => name === 'snapshot');
    expect(whole.data.data?.trials).toMatchObject([{ state: 'done' }, { state: 'running' }]);
    stream.close();
    recorded.close();
  });
});
