import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { artifactDigest, hashFiles, listFolder } from '../../src/cache/artifact-files.js';
import { RandomStream } from '../../src/core/random.js';
import { fingerprintOf } from '../../src/plan/fingerprint.js';
import { CacheRig, recordOf } from './cache-rig.js';

const commitForever = `
  const content = Buffer.alloc(50_000, input.round);
  console.log('begins');
  for (let turn = 0; ; turn++) {
    const record = recordOf(input.round + '-' + turn);
    const workspace = await cache.workspace(fingerprintOf(record));
    mkdirSync(join(workspace.folder, 'sub'));
    writeFileSync(join(workspace.folder, 'weights.bin'), content);
    writeFileSync(join(workspace.folder, 'sub', 'turn'), String(turn % 3));
    await cache.checkpoints(fingerprintOf(record)).save(turn, async (folder) => writeFileSync(join(folder, 'w'), content));
    await workspace.commit({ record, summary: {}, seconds: 1, madeBy: 'killed' });
    await cache.checkpoints(fingerprintOf(record)).clear();
    console.log('made one');
  }`;

it('a process killed at 50 random moments of committing leaves artifacts and entries whole or absent', async () => {
  using rig = new CacheRig();
  const random = new RandomStream(1, 'kill');
  const kill = async (round: number): Promise<void> => {
    const { child, ended } = rig.start(commitForever, { round });
    // After so many commits, however slow the machine, and a little later.
    for (let lines = random.uint32() % 3; lines >= 0; lines--) await CacheRig.spoke(child);
    await sleep((random.uint32() % 600) / 10);
    child.kill('SIGKILL');
    expect(await ended).toMatchObject({ code: 'SIGKILL' });
  };
  for (let round = 0; round < 50; round += 5) {
    await Promise.all([0, 1, 2, 3, 4].map((more) => kill(round + more)));
    const artifacts = join(rig.root, 'artifacts');
    const groups = readdirSync(join(rig.root)).includes('artifacts') ? readdirSync(artifacts) : [];
    for (const group of groups) {
      for (const digest of readdirSync(join(artifacts, group))) {
        const folder = join(artifacts, group, digest);
        expect(artifactDigest(await hashFiles(folder, listFolder(folder).files))).toBe(digest);
      }
    }
    expect((await rig.cache.verify({ drop: false })).problems).toEqual([]);
  }
  const made = await rig.cache.list();
  expect(made.length).toBeGreaterThan(0);

  // What the dead left is swept; what they finished stays.
  const left = readdirSync(join(rig.root, 'work')).length;
  expect(left).toBeGreaterThan(0);
  expect((await rig.cache.collect({})).leftovers).toBeGreaterThanOrEqual(left);
  expect(readdirSync(join(rig.root, 'work'))).toEqual([]);
  expect(await rig.cache.list()).toEqual(made);
  expect((await rig.cache.verify({ drop: false })).problems).toEqual([]);
  const again = await rig.make('0-0', { x: '1' });
  expect(await rig.cache.find(fingerprintOf(recordOf('0-0')))).toEqual({ state: 'present', entry: again });
}, 180_000);

// Every call by which a commit changes the disk, in the order it makes them, is the last one in one round.
const commitUntilCall = `
  import fs, { existsSync } from 'node:fs';
  import { syncBuiltinESMExports } from 'node:module';
  const record = recordOf('a');
  const workspace = await cache.workspace(fingerprintOf(record));
  writeFileSync(join(workspace.folder, 'x'), 'content');
  let calls = 0;
  for (const name of ['mkdirSync', 'openSync', 'writeSync', 'fsyncSync', 'chmodSync', 'renameSync', 'rmSync']) {
    const real = fs[name];
    fs[name] = (...args) => {
      if (calls++ === input.last) process.kill(process.pid, 'SIGKILL');
      return real(...args);
    };
  }
  syncBuiltinESMExports();
  await workspace.commit({ record, summary: {}, seconds: 1, madeBy: 'r' });
  console.log(calls);`;

it.each([
  { from: 'nothing', tidy: true },
  { from: 'what the last one left', tidy: false },
])(
  'a process killed before any one of the calls of a commit that starts from $from leaves all or nothing',
  async ({ tidy }) => {
    using rig = new CacheRig();
    const fingerprint = fingerprintOf(recordOf('a'));
    const folderSize = (name: string): number =>
      readdirSync(join(rig.root, name), { recursive: true }).length;
    const seen = new Set<string>();
    for (let last = 0; ; last++) {
      const { code } = await rig.start(commitUntilCall, { last }).ended;
      const lookup = await rig.cache.find(fingerprint);
      const artifact = existsSync(join(rig.root, 'artifacts')) && folderSize('artifacts') > 1;
      seen.add(`entry ${lookup.state}, artifact ${artifact ? 'there' : 'not there'}`);
      expect((await rig.cache.verify({ drop: false })).problems).toEqual([]);
      if (code === 0) break;
      expect(code).toBe('SIGKILL');
      if (tidy || lookup.state === 'present') await rig.cache.collect({ unusedOnly: true });
    }
    expect([...seen].sort()).toEqual([
      'entry absent, artifact not there',
      'entry absent, artifact there',
      'entry present, artifact there',
    ]);
    await rig.cache.collect({ unusedOnly: true });
    expect(['work', 'artifacts', 'entries', 'stamps'].map(folderSize)).toEqual([0, 0, 0, 0]);
  },
);

it('entries name only artifacts that are there, whatever processes commit and collect at once', async () => {
  using rig = new CacheRig();
  const commit = `
    for (let turn = 0; turn < 25; turn++) {
      const record = recordOf(input.me + '-' + (turn % 5));
      const workspace = await cache.workspace(fingerprintOf(record));
      // Contents that the others make as well, so that artifacts are shared between entries.
      writeFileSync(join(workspace.folder, 'x'), String(turn % 4));
      const entry = await workspace.commit({ record, summary: {}, seconds: 1, madeBy: 'r' });
      // Between two commits a collection may take it; half an entry it never leaves.
      const found = await cache.find(entry.fingerprint);
      if (found.state === 'rotten') { console.log(found.problem.message); process.exit(1); }
      await sleep(Math.random() * 20);
    }`;
  const collect = `
    let collected = 0;
    for (let turn = 0; turn < 60 || collected === 0; turn++) {
      const { busy, removed } = await cache.collect({ maxBytes: 2 });
      if (busy === undefined) collected += removed.length;
      await sleep(Math.random() * 20);
    }
    console.log(collected > 0);`;
  const ended = await Promise.all([
    rig.start(commit, { me: 1 }).ended,
    rig.start(commit, { me: 2 }).ended,
    rig.start(collect).ended,
  ]);
  expect(ended).toEqual([
    { code: 0, output: '' },
    { code: 0, output: '' },
    { code: 0, output: 'true\n' },
  ]);
  expect((await rig.cache.verify({ drop: false })).problems).toEqual([]);
});

it('an artifact that is mended by one process is not dropped by another that saw it rotten', async () => {
  using rig = new CacheRig();
  // All make the same artifact under names of their own, spoil it, and look: what is lost is lost by rot alone.
  const program = `
    for (let turn = 0; turn < 40; turn++) {
      const record = recordOf(input.me + '-' + (turn % 3));
      const workspace = await cache.workspace(fingerprintOf(record));
      writeFileSync(join(workspace.folder, 'x'), 'content');
      const entry = await workspace.commit({ record, summary: {}, seconds: 1, madeBy: 'r' });
      const folder = join(input.root, 'artifacts', entry.artifact.slice(0, 2), entry.artifact);
      if (turn % 2 === 0) try { chmodSync(join(folder, 'x'), 0o644); writeFileSync(join(folder, 'x'), 'CONTENT', { flag: 'r+' }); } catch {}
      for (const name of [0, 1, 2]) {
        const found = await cache.find(fingerprintOf(recordOf(input.me + '-' + name)));
        if (found.state === 'rotten' && found.problem.message.endsWith('got nothing')) {
          console.log(found.problem.message);
          process.exit(1);
        }
      }
    }`;
  const ended = await Promise.all([1, 2, 3].map((me) => rig.start(program, { me, root: rig.root }).ended));
  expect(ended).toEqual([1, 2, 3].map(() => ({ code: 0, output: '' })));
  await rig.cache.verify({ drop: true });
  expect((await rig.cache.verify({ drop: false })).problems).toEqual([]);
});
