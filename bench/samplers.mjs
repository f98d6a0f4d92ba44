/**
 * What a proposal costs with 100, 1,000 and 10,000 trials recorded: the median of many, in milliseconds, of each sampler in
 * a space of five parameters (uniform, as Optuna was measured; and mixed: two choices, an integer, a logarithmic and a
 * uniform one). Trials are new objects for each proposal's first look and kept from then on, as a sweep keeps them.
 *   npm run build && node bench/samplers.mjs [--write]      into bench/results/samplers.json
 */
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { RandomStream } from '../dist/core/random.js';
import { createSampler } from '../dist/sweep/samplers/create-sampler.js';
import { randomPoint } from '../dist/sweep/samplers/walk-space.js';

const parameter = (id, distribution) => ({ id, path: id, distribution, when: [] });
const spaces = {
  uniform: [1, 2, 3, 4, 5].map((i) => parameter(`x${i}`, { kind: 'uniform', low: 0, high: 1 })),
  mixed: [
    parameter('network', { kind: 'choice', count: 4 }),
    parameter('optimizer', { kind: 'choice', count: 3 }),
    parameter('depth', { kind: 'int', low: 1, high: 8 }),
    parameter('rate', { kind: 'logUniform', low: 1e-4, high: 1 }),
    parameter('dropout', { kind: 'uniform', low: 0, high: 0.6 }),
  ],
};
const samplers = [
  { kind: 'grid', steps: 20 },
  { kind: 'random' },
  { kind: 'quasiRandom' },
  { kind: 'tpe', startupTrials: 10, candidates: 24 },
  { kind: 'evolution', population: 20, tournament: 5 },
];
const counts = [100, 1_000, 10_000];
const proposals = 200;

/** As after that many trials of a search that learns: random points, worth the more the nearer they are to the middle. */
function recorded(space, count) {
  const random = new RandomStream(1, 'recorded');
  return Array.from({ length: count }, (_, number) => {
    const point = randomPoint(space, random);
    const value = Object.values(point).reduce((sum, x) => sum + (x - 0.5) ** 2, random.float() / 10);
    return { number, point, state: 'done', values: [value] };
  });
}

function medianMilliseconds(sampler, trials) {
  const times = [];
  for (let i = 0; i < proposals; i++) {
    const began = performance.now();
    sampler.propose({ draw: trials.length + i, trials });
    times.push(performance.now() - began);
  }
  times.sort((a, b) => a - b);
  return Number(times[proposals / 2].toPrecision(3));
}

const results = {};
for (const [name, parameters] of Object.entries(spaces)) {
  const space = { parameters };
  for (const settings of samplers) {
    for (const count of counts) {
      const sampler = createSampler(settings, { space, seed: 1, objectives: 1 });
      const milliseconds = medianMilliseconds(sampler, recorded(space, count));
      ((results[name] ??= {})[settings.kind] ??= {})[count] = milliseconds;
      console.log(
        `${name.padEnd(8)} ${settings.kind.padEnd(12)} ${String(count).padStart(6)} trials  ${milliseconds} ms`,
      );
    }
  }
}

if (process.argv.includes('--write')) {
  const machine = { cpu: cpus()[0]?.model ?? 'unknown', node: process.version };
  const record = { machine, unit: 'milliseconds a proposal, median', proposals, results };
  writeFileSync(new URL('results/samplers.json', import.meta.url), `${JSON.stringify(record, null, 2)}\n`);
}
