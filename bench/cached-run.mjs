/**
 * How long a fully cached run takes as a whole process, against `node -e 0`, in turn. Run the quickstart once before.
 *   node bench/cached-run.mjs [EXPERIMENT]
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const [experiment = 'experiments/quickstart.yaml'] = process.argv.slice(2);
const rounds = 15;

function time(args) {
  const started = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return performance.now() - started;
}

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
const run = ['dist/bundle/assay.js', 'run', experiment];
time(run);
const bare = [];
const cached = [];
for (let round = 0; round < rounds; round++) {
  bare.push(time(['-e', '0']));
  cached.push(time(run));
}
const [a, b] = [median(bare), median(cached)];
console.log(
  JSON.stringify({
    rounds,
    nodeMilliseconds: Math.round(a),
    cachedRunMilliseconds: Math.round(b),
    ratio: Number((b / a).toFixed(2)),
  }),
);
