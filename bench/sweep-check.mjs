/**
 * What checking costs the parent of a sweep for each trial: an experiment's template opened once, then thousands of trials
 * drawn from its space, checked, and digested. Prints milliseconds.
 *
 * Usage: node bench/sweep-check.mjs [experiment] [trials]     (after npm run build)
 */
import console from 'node:console';
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { configurationDigest } from '../dist/config/configuration-digest.js';
import { openExperimentTemplate } from '../dist/config/experiment-template.js';
import { findProjectRoot } from '../dist/config/project-path.js';
import { isPresent, pointToAssignments } from '../dist/config/sweep/points.js';

const [file = 'experiments/architectures.yaml', count = '2000'] = process.argv.slice(2);

function draw({ parameters }, random) {
  const point = {};
  for (const parameter of parameters) {
    if (!isPresent(parameter, point)) continue;
    const { id, distribution: d } = parameter;
    const share = random();
    if (d.kind === 'choice') point[id] = Math.floor(share * d.count);
    else if (d.kind === 'normal') point[id] = d.mean + d.deviation * (share - 0.5);
    else if (d.kind === 'quantized') point[id] = d.low + Math.floor((share * (d.high - d.low)) / d.step) * d.step;
    else if (d.kind.startsWith('log')) point[id] = d.low * (d.high / d.low) ** share;
    else point[id] = d.low + share * (d.high - d.low);
    if (d.kind === 'int' || d.kind === 'logInt') point[id] = Math.round(point[id]);
  }
  return point;
}

/** A small generator, so that each time the same trials are checked. */
function generator(state) {
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const start = performance.now();
const opened = await openExperimentTemplate({
  file,
  projectRoot: findProjectRoot(process.cwd()),
  loadCustomStage: () => Promise.reject(new Error('no stages of its own in this benchmark')),
});
if (!opened.ok) throw new Error(JSON.stringify(opened.problems, null, 2));
console.log(`open: ${(performance.now() - start).toFixed(1)} ms`);
const { sweep, check } = opened.value;
const random = generator(7);
const times = [];
let digests = 0;
const seen = new Set();
for (let trial = 0; trial < Number(count); trial += 1) {
  const point = draw(sweep.space, random);
  const before = performance.now();
  const checked = check(pointToAssignments(sweep.space, point).assignments);
  const between = performance.now();
  if (!checked.ok) throw new Error(JSON.stringify(checked.problems, null, 2));
  seen.add(configurationDigest(checked.value));
  digests += performance.now() - between;
  times.push(between - before);
}
const sorted = [...times].sort((a, b) => a - b);
const mean = times.reduce((sum, time) => sum + time, 0) / times.length;
console.log(
  `check: mean ${mean.toFixed(3)}, median ${sorted[sorted.length >> 1].toFixed(3)}, 99 % ${sorted[Math.floor(sorted.length * 0.99)].toFixed(3)} ms`,
);
console.log(`digest: mean ${(digests / times.length).toFixed(3)} ms; ${seen.size} of ${times.length} are different`);
