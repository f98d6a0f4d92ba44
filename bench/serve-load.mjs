/**
 * What the live page costs a sweep: its trials a second alone, and while `assay serve` answers as many requests as it will
 * and eight pages follow it; and whether the server's memory stays flat. The two take turns, since a machine is never the
 * same for long; the server is stopped (SIGSTOP) while the sweep is alone. `node bench/serve-load.mjs [rounds] [trials]
 * [milliseconds]` after `npm run build`; `--write` keeps the numbers. Linux alone: memory is read from /proc, and the load is
 * made by wrk and curl (`apt-get install wrk curl`).
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Sqlite from 'better-sqlite3';

const [rounds = 4, trials = 300, milliseconds = 100] = process.argv
  .slice(2)
  .filter((argument) => /^\d+$/.test(argument))
  .map(Number);
const workers = Math.min(4, availableParallelism());
const assay = fileURLToPath(new URL('../dist/bundle/assay.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'assay-serve-load-'));
const write = (path, text) => {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), text);
};

// A trial computes all the time, as training does, and tells of ten epochs.
write('package.json', '{ "name": "bench", "private": true }\n');
write(
  'pipelines/stages/spin.ts',
  `import { writeFileSync } from 'node:fs';
export default {
  schema: { type: 'object', properties: { milliseconds: { type: 'number' }, x: { type: 'number' } }, additionalProperties: false },
  async execute({ settings, output, emit }) {
    // By work and not by the clock, which would hide that somebody else had the processor.
    let sum = settings.x;
    for (let epoch = 1; epoch <= 10; epoch++) {
      for (let i = 0; i < settings.milliseconds * 12000; i++) sum = Math.sin(sum) + 1e-9;
      const record = { epoch, step: epoch, metrics: { loss: settings.x / epoch, accuracy: 1 - settings.x / epoch } };
      emit({ type: 'epoch-ended', record, epochs: 10, seconds: settings.milliseconds / 10000 });
      await new Promise((resolve) => setImmediate(resolve));
    }
    writeFileSync(output + '/sum.txt', String(sum));
    return { metrics: { loss: settings.x } };
  },
};
`,
);
write(
  'pipelines/spin.yaml',
  `stages:\n  spin: { uses: ./stages/spin.ts, with: { milliseconds: ${milliseconds}, x: 0 } }\n`,
);
write(
  'experiments/spin.yaml',
  `pipeline: ../pipelines/spin.yaml\nengine: reference\nseed: 7\nsweep:\n  objective: { metric: loss, goal: minimize }\n  sampler: random\n  space: { spin.x: { uniform: [0, 1] } }\n  trials: ${trials}\n`,
);

// wrk and curl, because whoever makes the load on the machine that is measured should take next to nothing of it.
const lua = `
local paths = { '/', '/sweeps/warm-up', '/runs/none', '/files/none/report.html', '/files/%2e%2e/secret.html' }
local n = 0
request = function()
  n = n + 1
  return wrk.format('GET', paths[n % #paths + 1])
end
`;
write('paths.lua', lua);

/** 32 connections that ask for as much as they get, and eight pages that follow; the result ends them and counts. */
function startLoad(port) {
  const address = `http://127.0.0.1:${port}`;
  const spawnLow = (program, args) =>
    spawn('nice', ['-n', '19', program, ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  const flood = spawnLow('wrk', ['-t1', '-c32', '-d600', '--timeout', '60', '-s', 'paths.lua', address]);
  const told = output(flood);
  const files = Array.from({ length: 8 }, (_, n) => join(folder, `events-${n}`));
  const followers = files.map((file, n) => {
    const path = n % 2 ? '/events' : '/events?sweep=warm-up';
    const follower = spawnLow('curl', ['-s', '-N', '-o', file, `${address}${path}`]);
    follower.stdout.resume();
    return follower;
  });
  return async () => {
    flood.kill('SIGINT');
    followers.forEach((follower) => follower.kill());
    await Promise.all([flood, ...followers].map(ended));
    return {
      requests: Number(/(\d+) requests in/.exec(told())?.[1] ?? 0),
      eventBytes: files.reduce((sum, file) => sum + statSync(file).size, 0),
    };
  };
}

const start = (args, options = {}) =>
  spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'], ...options });
const ended = (child) => new Promise((resolve) => child.on('close', resolve));
const output = (child) => {
  let text = '';
  child.stdout.on('data', (chunk) => (text += chunk));
  return () => text;
};

let seed = 0;

/** Trials a second, from the first one's beginning to the last one's end. */
async function sweep(name) {
  const child = start([
    assay,
    'sweep',
    'experiments/spin.yaml',
    '--name',
    name,
    '--workers',
    String(workers),
    // Else a sweep would find the trials of the one before in the cache.
    '--set',
    `seed=${++seed}`,
    '--json',
  ]);
  child.stdout.resume();
  const code = await ended(child);
  if (code !== 0) throw new Error(`the sweep ended with ${code}`);
  const database = new Sqlite(join(folder, 'runs/assay.sqlite'), { readonly: true });
  const [from, to, count] = database
    .prepare(
      'SELECT min(t.started), max(t.ended), count(*) FROM trials t JOIN sweeps s ON s.number = t.sweep WHERE s.name = ?',
    )
    .raw()
    .get(name);
  database.close();
  return (1000 * count) / (to - from);
}

const statusOf = (pid, field) =>
  Number(new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);
const ticksOf = (pid) => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return Number(stat[11]) + Number(stat[12]);
};
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const round = (value, digits = 2) => Number(value.toFixed(digits));

const server = start([assay, 'serve', '--port', '0', '--json']);
const said = output(server);
const memory = [];
const loads = [];
const alone = [];
const served = [];
let processor = 0;
let loadedSeconds = 0;
try {
  while (!said().includes('}')) await new Promise((resolve) => setTimeout(resolve, 20));
  const { port, pid } = JSON.parse(said());
  await sweep('warm-up');
  for (let index = 0; index < rounds; index++) {
    // Turn and turn about, each first as often as the other.
    for (const withServer of index % 2 === 0 ? [false, true] : [true, false]) {
      const name = `${withServer ? 'served' : 'alone'}-${index}`;
      if (!withServer) {
        process.kill(pid, 'SIGSTOP');
        alone.push(await sweep(name));
        process.kill(pid, 'SIGCONT');
        continue;
      }
      const endLoad = startLoad(port);
      const watch = setInterval(() => memory.push(statusOf(pid, 'VmRSS') / 1024), 1000);
      const [before, ticks] = [performance.now(), ticksOf(pid)];
      served.push(await sweep(name));
      processor += (ticksOf(pid) - ticks) / 100;
      loadedSeconds += (performance.now() - before) / 1000;
      clearInterval(watch);
      loads.push(await endLoad());
    }
    console.error(
      `round ${index + 1}: alone ${round(alone.at(-1))}, served ${round(served.at(-1))} trials/s`,
    );
  }
} finally {
  server.kill('SIGCONT');
  server.kill('SIGINT');
  await ended(server);
  rmSync(folder, { recursive: true, force: true });
}
const quarter = Math.max(1, Math.floor(memory.length / 4));
const results = {
  trialsPerSecondAlone: { mean: round(mean(alone)), all: alone.map((rate) => round(rate)) },
  trialsPerSecondServed: { mean: round(mean(served)), all: served.map((rate) => round(rate)) },
  // Of turns beside each other, since the machine is now quick, now slow.
  slowerPercent: {
    mean: round(100 * mean(served.map((rate, index) => 1 - rate / alone[index]))),
    all: served.map((rate, index) => round(100 * (1 - rate / alone[index]))),
  },
  loadedSeconds: round(loadedSeconds, 0),
  serverProcessorPercentOfOneCore: round((100 * processor) / loadedSeconds),
  requestsPerSecond: round(loads.reduce((sum, { requests }) => sum + requests, 0) / loadedSeconds, 1),
  eventBytes: loads.map(({ eventBytes }) => eventBytes),
  memoryMiB: {
    firstQuarter: round(median(memory.slice(0, quarter)), 1),
    lastQuarter: round(median(memory.slice(-quarter)), 1),
    most: round(Math.max(...memory), 1),
  },
};
const machine = { cpu: cpus()[0]?.model ?? '', cores: availableParallelism(), node: process.version };
const text = `${JSON.stringify({ machine, rounds, trials, workers, results }, null, 2)}\n`;
console.log(text);
if (process.argv.includes('--write'))
  writeFileSync(new URL('results/serve-load.json', import.meta.url), text);
