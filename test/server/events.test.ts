/** What the live page is told: the whole once, then what changed, while another process records. */
import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Rig } from '../support/rig.js';
import { sweepExperiment, writeSweepProject } from '../support/sweep-project.js';
import { ask, eventually, follow, RecordedByHand, serve, type Served, type StreamEvent } from './support.js';

const html =
  (id: string, text: string) =>
  (event: StreamEvent): boolean =>
    event.data.html[id]?.includes(text) ?? false;

describe('the events of the live page', () => {
  let rig: Rig;
  let served: Served | undefined;

  beforeEach(() => {
    rig = new Rig();
    rig.write('package.json', '{ "name": "served", "private": true }\n');
  });
  afterEach(async () => {
    await served?.stop();
    served = undefined;
    rig[Symbol.dispose]();
  });

  /** A sweep with one trial after its first epoch, all of which can be read. */
  const serveSweep = async (label?: string): Promise<{ recorded: RecordedByHand; served: Served }> => {
    const recorded = new RecordedByHand(rig);
    recorded.begin(0, label);
    recorded.epoch(0, 1, 0.5);
    await recorded.written();
    served = await serve(rig);
    return { recorded, served };
  };

  it('begin with everything and go on with what changed', async () => {
    const { recorded, served } = await serveSweep('<i>first</i>');
    const stream = await follow(served, '/events?sweep=by-hand');
    const first = await stream.until(({ name }) => name === 'snapshot');
    expect(first.data.data).toMatchObject({
      metric: 'validation.accuracy',
      trials: [{ number: 0, state: 'running' }],
      curves: { 0: { from: 0, epochs: [1], values: [0.5] } },
    });
    expect(first.data.html.running).toContain('<td>0.5</td>');
    expect(first.data.html.running).toContain('&lt;i&gt;first&lt;/i&gt;');
    recorded.epoch(0, 2, 0.75);
    const grown = await stream.until(({ data }) => data.data?.curves?.[0]?.from === 1);
    expect(grown).toMatchObject({
      name: 'change',
      data: { data: { trials: [], curves: { 0: { from: 1, epochs: [2], values: [0.75] } } } },
    });
    recorded.end(0, 'done', 0.8);
    const ended = await stream.until(
      ({ data }) => data.data?.trials?.some(({ state }) => state === 'done') ?? false,
    );
    expect(ended.data.html.progress).toContain('<strong>0.8</strong> validation.accuracy');
    recorded.begin(1);
    recorded.end(1, 'failed', NaN);
    const failed = await stream.until(html('failures', 'bad'));
    expect(failed.data.html.failures).toContain('&lt;b&gt;bad&lt;/b&gt; luck <code>stage-failed</code>');
    // What stayed the same is not told again.
    expect(stream.events.filter(({ name }) => name === 'snapshot')).toHaveLength(1);
    stream.close();
    recorded.finish();
    recorded.close();
  });

  it('go on where a client left, and begin anew where that is not known', async () => {
    const { recorded, served } = await serveSweep();
    const stream = await follow(served, '/events?sweep=by-hand');
    const first = await stream.until(({ name }) => name === 'snapshot');
    stream.close();
    recorded.epoch(0, 2, 0.75);
    const again = await follow(served, '/events?sweep=by-hand', { 'Last-Event-ID': first.id });
    const missed = await again.until(({ data }) => data.data?.curves?.[0]?.from === 1);
    expect(missed.name).toBe('change');
    expect(again.events.map(({ name }) => name)).not.toContain('snapshot');
    again.close();
    for (const unknown of ['0.1', 'x', `${first.id.split('.')[0]!}.999`]) {
      const anew = await follow(served, `/events?sweep=by-hand&after=${unknown}`);
      await anew.until(({ name }) => name === 'snapshot');
      anew.close();
    }
    recorded.close();
  });

  it('tell of runs: stages with what came from the cache, and charts that grow', async () => {
    const { recorded, served } = await serveSweep();
    const id = recorded.runOf(0);
    const page = await ask(served, `/runs/${id}`);
    expect(page.status).toBe(200);
    expect(page.body).toContain('1 of 2 stages came from the cache.');
    expect(page.body).toContain('<a href="/sweeps/by-hand">by-hand</a>');
    const stream = await follow(served, `/events?run=${id}`);
    await stream.until(({ data }) => data.data?.charts?.[0]?.epochs.length === 1);
    recorded.epoch(0, 2, 0.75);
    await stream.until(({ data }) => data.data?.charts?.[0]?.epochs.length === 2);
    recorded.end(0, 'done', 0.8);
    await stream.until(html('headline', 'Done after'));
    stream.close();
    recorded.close();
  });

  it('tell on the first page of sweeps, runs and reports as they come', async () => {
    served = await serve(rig);
    const stream = await follow(served, '/events');
    const first = await stream.until(({ name }) => name === 'snapshot');
    expect(first.data.html.notice).toContain('Nothing has been recorded here yet.');
    const recorded = new RecordedByHand(rig);
    recorded.begin(0);
    recorded.epoch(0, 1, 0.5);
    recorded.epoch(0, 2, 0.75);
    const begun = await stream.until(html('underway', 'by-hand'));
    expect(begun.data.html.notice).toBe('');
    await stream.until(html('underway', '<path class="series-0"'));
    rig.write('runs/comparisons/both.html', '');
    await stream.until(html('reports', 'comparisons/both.html'));
    recorded.end(0, 'done', 0.8);
    recorded.finish();
    await stream.until(html('sweeps', 'Done (trials) after'));
    expect((await stream.until(html('runs', 'none beside the trials of sweeps'))).name).toBe('snapshot');
    stream.close();
    recorded.close();
  });

  it('tell of a real sweep in another process', async () => {
    rmSync(join(rig.folder, 'package.json'));
    writeSweepProject(
      rig,
      'objective: { metric: loss, goal: minimize }\nspace:\n  score.x: [0, 0.1, 0.2, 0.3]\nsampler: grid',
      {
        'score.epochs': 3,
      },
    );
    // Trials wait until they were seen: on a busy machine they would be over before the first look.
    const stage = 'pipelines/stages/score.ts';
    const held = "while (!existsSync(join(projectRoot, 'go'))) await sleep(20);";
    rig.write(stage, rig.read(stage).replace('await sleep(milliseconds);', held));
    served = await serve(rig);
    const stream = await follow(served, '/events');
    const { finished } = rig.start(['sweep', sweepExperiment, '--workers', '2']);
    const begun = await stream.until(html('underway', '/sweeps/'));
    const address = /href="(\/sweeps\/[^"]+)"/.exec(begun.data.html.underway!)![1]!;
    const name = decodeURIComponent(address.slice('/sweeps/'.length));
    const sweep = await follow(served, `/events?sweep=${encodeURIComponent(name)}`);
    await sweep.until(({ data }) => data.data?.trials?.some(({ state }) => state === 'running') ?? false);
    rig.write('go', '');
    expect(await finished).toMatchObject({ code: 0 });
    await sweep.until(html('progress', '<b>4</b> done'));
    const points = new Map<string, number>();
    for (const { data } of sweep.events)
      for (const [trial, { from, epochs }] of Object.entries(data.data?.curves ?? {}))
        points.set(trial, from + epochs.length);
    expect([...points.values()]).toEqual([3, 3, 3, 3]);
    stream.close();
    sweep.close();
  }, 150_000);

  it('hold a sweep of a thousand trials that runs', async () => {
    const recorded = new RecordedByHand(rig, 'large', 1001);
    for (let trial = 0; trial < 1000; trial++) {
      recorded.begin(trial);
      for (let epoch = 1; epoch <= 5; epoch++) recorded.epoch(trial, epoch, 1 - 1 / (epoch + trial));
      recorded.end(trial, 'done', trial / 1000, 5);
    }
    recorded.begin(1000);
    served = await serve(rig);
    const page = await ask(served, '/sweeps/large');
    expect(page.body).toContain('1,000 of 1,001 trials settled');
    const stream = await follow(served, '/events?sweep=large');
    const known = new Map<number, string>();
    let points = 0;
    await stream.until(({ data }) => {
      for (const { number, state } of data.data?.trials ?? []) known.set(number, state);
      return known.size === 1001;
    });
    for (const { data } of stream.events)
      for (const { epochs } of Object.values(data.data?.curves ?? {})) points += epochs.length;
    expect(points).toBe(5000);
    const before = stream.events.length;
    recorded.epoch(1000, 1, 0.99);
    const grown = await stream.until(({ data }) => data.data?.curves?.[1000] !== undefined);
    expect(stream.events.length).toBeGreaterThan(before);
    // One epoch is one epoch, not a thousand trials.
    expect(JSON.stringify(grown.data.data).length).toBeLessThan(300);
    stream.close();
    recorded.close();
  });

  it('are not kept for a client that does not take them', async () => {
    const recorded = new RecordedByHand(rig, 'large', 20);
    const long = 'x'.repeat(60_000);
    for (let trial = 0; trial < 20; trial++) recorded.begin(trial, long);
    served = await serve(rig);
    const { port, pid } = served;
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    const ended = new Promise<void>((resolve) => socket.on('close', () => resolve()));
    socket.write(`GET /events?sweep=large HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`);
    socket.pause();
    const reading = await follow(served, '/events?sweep=large');
    await reading.until(({ name }) => name === 'snapshot');
    // Each change shows all running trials anew, more than a megabyte; the system takes some before the server notices.
    let bytes = 0;
    for (let epoch = 1; bytes < 14_000_000; epoch++) {
      const { length } = reading.events;
      recorded.epoch(0, epoch, epoch / 1000);
      const next = await reading.until((event) => reading.events.indexOf(event) === length);
      bytes += next.data.html.running?.length ?? 0;
    }
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    expect(Number(/VmRSS:\s+(\d+)/.exec(status)![1])).toBeLessThan(400_000);
    let taken = 0;
    socket.on('data', (chunk) => (taken += chunk.length));
    socket.resume();
    await ended;
    expect(taken).toBeLessThan(10_000_000);
    // Whoever reads is told further.
    const { length } = reading.events;
    recorded.epoch(1, 1, 0.5);
    await reading.until((event) => reading.events.indexOf(event) >= length);
    reading.close();
    recorded.close();
  }, 150_000);

  it('tell what stands in the way of reading, show what was last seen, and go on after it', async () => {
    const recorded = new RecordedByHand(rig);
    recorded.begin(0);
    recorded.close();
    const file = join(rig.folder, 'runs/assay.sqlite');
    const other = new Sqlite(file);
    // Out of WAL, in which nobody can keep others from reading.
    other.pragma('journal_mode = DELETE');
    other.exec('BEGIN EXCLUSIVE');
    served = await serve(rig);
    expect((await ask(served, '/')).body).toContain('runs/assay.sqlite is locked by another program');
    const stream = await follow(served, '/events');
    await stream.until(html('notice', 'What was last seen is shown.'));
    other.exec('COMMIT');
    other.close();
    await stream.until(html('underway', 'by-hand'));
    expect(stream.events.at(-1)?.data.html.notice).toBe('');
    stream.close();
    // Nobody is kept from recording by whoever looks.
    const again = new RecordedByHand(rig, 'afterwards');
    again.close();
  });

  it('come from a record of an older version, too, which is brought up to date', async () => {
    mkdirSync(join(rig.folder, 'runs'));
    const old = readFileSync(join(import.meta.dirname, '../tracking/fixtures/version-1.sqlite.gz'));
    writeFileSync(join(rig.folder, 'runs/assay.sqlite'), gunzipSync(old));
    served = await serve(rig);
    expect((await ask(served, '/')).body).toContain('<a href="/runs/');
  });

  it('follow a record that is moved away and made anew', async () => {
    const recorded = new RecordedByHand(rig);
    recorded.begin(0);
    recorded.close();
    served = await serve(rig);
    const stream = await follow(served, '/events');
    await stream.until(html('underway', 'by-hand'));
    mkdirSync(join(rig.folder, 'old'));
    for (const name of ['assay.sqlite', 'assay.sqlite-wal', 'assay.sqlite-shm'])
      try {
        renameSync(join(rig.folder, 'runs', name), join(rig.folder, 'old', name));
      } catch {
        // Without a log there is nothing to move.
      }
    await stream.until(html('notice', 'Nothing has been recorded here yet.'));
    const anew = new RecordedByHand(rig, 'another');
    anew.begin(0);
    await stream.until(html('underway', 'another'));
    stream.close();
    anew.close();
    rmSync(join(rig.folder, 'old'), { recursive: true });
  });

  it('begin anew where another record has a sweep of the same name', async () => {
    const recorded = new RecordedByHand(rig);
    for (const trial of [0, 1]) recorded.begin(trial);
    for (let epoch = 1; epoch <= 3; epoch++) recorded.epoch(0, epoch, 0.9);
    recorded.close();
    served = await serve(rig);
    const stream = await follow(served, '/events?sweep=by-hand');
    const first = await stream.until(({ data }) => data.data?.curves?.[0]?.epochs.length === 3);
    rmSync(join(rig.folder, 'runs'), { recursive: true });
    const anew = new RecordedByHand(rig);
    anew.begin(0, 'anew');
    anew.epoch(0, 1, 0.25);
    const told = await stream.until(({ data }) => data.html['running']?.includes('anew') ?? false);
    expect(told.name).toBe('snapshot');
    await stream.until(({ data }) => data.data?.curves?.[0]?.values[0] === 0.25);
    // Nothing is left of the other: neither its second trial nor its epochs.
    const page = await follow(served, '/events?sweep=by-hand', { 'Last-Event-ID': first.id });
    const whole = await page.until(({ name }) => name === 'snapshot');
    expect(whole.data.data).toMatchObject({
      trials: [{ number: 0, settings: { 'train.x': 'anew' } }],
      curves: { 0: { from: 0, epochs: [1], values: [0.25] } },
    });
    stream.close();
    page.close();
    anew.close();
  });

  it('go on after something that nobody thought of, which the terminal is told', async () => {
    const recorded = new RecordedByHand(rig);
    recorded.begin(0);
    await recorded.written();
    served = await serve(rig);
    const stream = await follow(served, '/events?sweep=by-hand');
    await stream.until(({ name }) => name === 'snapshot');
    const other = new Sqlite(join(rig.folder, 'runs/assay.sqlite'));
    const labels = other.prepare('SELECT labels FROM trials').pluck().get();
    other.exec(`UPDATE trials SET labels = 'null'`);
    await stream.until(html('notice', 'something in Assay broke that should not; the terminal says what'));
    expect(served.said()).toContain('TypeError');
    expect((await ask(served, '/sweeps/by-hand')).status).toBe(200);
    other.prepare('UPDATE trials SET labels = ?').run(labels);
    // A number that is no time is no reason either.
    other.exec('UPDATE sweeps SET started = 1000000000000000000');
    other.close();
    await eventually(() => stream.events.at(-1)?.data.html['notice']).toBe('');
    await stream.until(html('progress', '<dt>Began</dt><dd>–</dd>'));
    stream.close();
    recorded.close();
  });

  it('tell of a record that a newer version changed, or that cannot be reached at all', async () => {
    const recorded = new RecordedByHand(rig);
    recorded.begin(0);
    recorded.close();
    served = await serve(rig);
    const stream = await follow(served, '/events');
    await stream.until(html('underway', 'by-hand'));
    const file = join(rig.folder, 'runs/assay.sqlite');
    const newer = new Sqlite(file);
    newer.exec('ALTER TABLE sweeps RENAME COLUMN name TO title; PRAGMA user_version = 1000');
    newer.close();
    await stream.until(html('notice', 'was written by a newer Assay'));
    rmSync(join(rig.folder, 'runs'), { recursive: true });
    mkdirSync(join(rig.folder, 'runs'));
    symlinkSync('assay.sqlite', file);
    await stream.until(html('notice', 'ELOOP'));
    expect((await ask(served, '/')).status).toBe(200);
    rmSync(file);
    const again = new RecordedByHand(rig, 'afterwards');
    again.begin(0);
    await stream.until(html('underway', 'afterwards'));
    expect(served.said()).toBe('');
    stream.close();
    again.close();
  });

  it('list the newest reports of a full folder, and none that has no address', async () => {
    mkdirSync(join(rig.folder, 'runs/comparisons'), { recursive: true });
    for (let i = 0; i < 250; i++) {
      const path = join(rig.folder, `runs/comparisons/${String(i).padStart(3, '0')}.html`);
      writeFileSync(path, '');
      utimesSync(path, 1_700_000_000 + ((i * 101) % 250), 1_700_000_000 + ((i * 101) % 250));
    }
    rig.write('runs/comparisons/a:b.html', '');
    // Of runs and of trials: they are linked where these are.
    for (const run of ['digits-20261127-082212-3f9a', 'widths-20261127-082212-t0012'])
      rig.write(`runs/${run}/report.html`, '');
    served = await serve(rig);
    const { body } = await ask(served, '/');
    const listed = [...body.matchAll(/href="\/files\/comparisons\/(\d+)\.html"/g)].map(([, name]) =>
      Number(name),
    );
    const newest = Array.from({ length: 250 }, (_, i) => i).sort(
      (a, b) => ((b * 101) % 250) - ((a * 101) % 250),
    );
    expect(listed).toEqual(newest.slice(0, 200));
    expect(body).not.toContain('a:b');
    expect(body).not.toContain('a%3Ab');
    expect(body).not.toContain('report.html');
  });

  it('have so many followers and no more, and end for all with Ctrl-C', async () => {
    served = await serve(rig);
    const streams = await Promise.all(Array.from({ length: 64 }, () => follow(served!, '/events')));
    expect(streams.filter(({ status }) => status === 200)).toHaveLength(64);
    const refused = await ask(served, '/events');
    expect(refused).toMatchObject({ status: 503, body: 'too many pages are open' });
    expect(refused.headers['retry-after']).toBe('10');
    streams.pop()!.close();
    await eventually(async () => {
      const stream = await follow(served!, '/events');
      stream.close();
      return stream.status;
    }).toBe(200);
    const before = performance.now();
    expect(await served.stop()).toMatchObject({ code: 0, stderr: '' });
    expect(performance.now() - before).toBeLessThan(20_000);
  });

  it('keep no place for those who went away while they were answered', async () => {
    // Looking through many reports takes a while.
    for (const folder of ['a', 'b', 'c', 'd']) {
      mkdirSync(join(rig.folder, 'runs', folder), { recursive: true });
      for (let i = 0; i < 2000; i++) writeFileSync(join(rig.folder, 'runs', folder, `${i}.html`), '');
    }
    served = await serve(rig);
    const { port } = served;
    const leave = (): Promise<void> =>
      new Promise((resolve) => {
        const socket = connect(port, '127.0.0.1', () =>
          socket.write(`GET /events HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`, () => socket.destroy()),
        );
        socket.on('error', () => undefined);
        socket.on('close', () => resolve());
      });
    await Promise.all(Array.from({ length: 100 }, leave));
    // Its turn comes after theirs.
    expect((await ask(served, '/')).status).toBe(200);
    // All places are there for those who stay.
    const streams = await Promise.all(Array.from({ length: 64 }, () => follow(served!, '/events')));
    expect(streams.filter(({ status }) => status === 200)).toHaveLength(64);
    await streams[63]!.until(({ name }) => name === 'snapshot');
    for (const stream of streams) stream.close();
  });

  it('are refused of sweeps and runs that are not there, which have no page either', async () => {
    const recorded = new RecordedByHand(rig);
    recorded.close();
    served = await serve(rig);
    expect(await ask(served, '/events?sweep=by-hnd')).toMatchObject({
      status: 404,
      body: 'expected the name of a sweep, got "by-hnd"',
    });
    const page = await ask(served, '/sweeps/by-hnd');
    expect([page.status, page.body.includes('did you mean &quot;by-hand&quot;?')]).toEqual([404, true]);
    expect((await ask(served, '/runs/none')).status).toBe(404);
    const hostile = await ask(served, `/sweeps/${encodeURIComponent('<script>alert(1)</script>')}`);
    expect([hostile.status, hostile.body.includes('<script>alert')]).toEqual([404, false]);
  });
});
