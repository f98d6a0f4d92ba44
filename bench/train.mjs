/**
 * Trains the reference CNN with Assay's engines and with the peers, in turn on this machine, and says who is how fast:
 *   npm run bench:train [-- --quick] [--peers FOLDER] [--rounds 5] [--images 12800] [--only onnx,keras] [--no-write]
 * Writes bench/results/DATE-MACHINE.json and the table in docs/performance.md, which explains what is measured and how.
 * Needs `npm run build` (the npm script does it).
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findContestants } from './train/contestants.mjs';
import { measureExtras } from './train/extras.mjs';
import { isDisturbed } from './train/load.mjs';
import { machineFacts, versionFacts } from './train/machine.mjs';
import { loadMnist, mnistFolder, repository } from './train/open-training.mjs';
import { arrangements, measureArrangement } from './train/rounds.mjs';
import { median, spread } from './train/statistics.mjs';
import { putBetween, renderResults } from './train/tables.mjs';

const { values: given } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    peers: { type: 'string' },
    rounds: { type: 'string' },
    images: { type: 'string' },
    wait: { type: 'string' },
    only: { type: 'string' },
    arrangement: { type: 'string' },
    'no-extras': { type: 'boolean', default: false },
    'no-write': { type: 'boolean', default: false },
  },
});
const { quick } = given;
const options = {
  quick,
  rounds: Number(given.rounds ?? (quick ? 1 : 5)),
  images: Number(given.images ?? (quick ? 3840 : 12_800)),
  /** Seconds that a turn waits for an idle machine. */
  wait: Number(given.wait ?? (quick ? 1 : 60)),
  /** No turn begins after so many seconds: a quick look stays one on a machine that is busy. */
  limit: quick ? 100 : Infinity,
};
const say = (line) => process.stderr.write(`${line}\n`);
const among = (list) => (name) => list === undefined || list.split(',').includes(name);

const machine = machineFacts();
const { cores } = machine;
// Downloads what is not there yet, once, so that no turn does.
await loadMnist();
const data = mnistFolder();
const contestants = await findContestants({
  among: among(given.only),
  peers: given.peers,
  data,
  threads: cores,
  say,
});

const measured = [];
const wanted = among(given.arrangement ?? (quick ? 'all-cores,batch-32,one-process-per-core' : undefined));
for (const arrangement of arrangements(cores).filter(({ key }) => wanted(key))) {
  say(arrangement.title);
  const turns = await measureArrangement(arrangement, contestants, { ...options, say });
  const summary = contestants.flatMap(({ name }) => {
    const own = turns.filter((turn) => turn.contestant === name);
    if (own.length === 0) return [];
    const imagesPerSecond = own.map((turn) => turn.imagesPerSecond);
    const [least, most] = spread(imagesPerSecond);
    const processSeconds = median(own.map((turn) => turn.processSeconds));
    return [
      { contestant: name, median: median(imagesPerSecond), least, most, imagesPerSecond, processSeconds },
    ];
  });
  measured.push({ ...arrangement, summary, turns });
}
const extras = given['no-extras']
  ? { steps: [], disturbed: [] }
  : await measureExtras({ ...options, cores, say });

const turns = measured.flatMap((arrangement) => arrangement.turns);
const date = new Date().toISOString().slice(0, 10);
const name = `${date}-${machine.name}${quick ? '-quick' : ''}.json`;
const results = {
  date,
  file: `bench/results/${name}`,
  machine,
  versions: versionFacts(),
  options,
  contestants: contestants.map((one) => ({
    name: one.name,
    title: one.title,
    version: turns.find(({ contestant }) => contestant === one.name)?.script ?? `${one.name}, not measured`,
  })),
  turns: turns.length,
  disturbedTurns:
    process.platform === 'linux'
      ? turns.filter(({ before, during }) => isDisturbed(before) || isDisturbed(during)).length
      : undefined,
  arrangements: measured,
  ...extras,
};
const text = renderResults(results);
console.log(text);
if (!given['no-write']) {
  mkdirSync(join(repository, 'bench/results'), { recursive: true });
  writeFileSync(join(repository, results.file), `${JSON.stringify(results, null, 2)}\n`);
  // A quick look is no measurement to be quoted.
  if (!quick) {
    const document = join(repository, 'docs/performance.md');
    writeFileSync(document, putBetween(readFileSync(document, 'utf8'), 'bench:train', text));
  }
  say(`written: ${results.file}${quick ? '' : ', docs/performance.md'}`);
}
