/** Results as the Markdown that docs/performance.md shows, and putting it there between its markers. Measures nothing. */
import { ratioOf } from './statistics.mjs';

const number = (value) => Math.round(value).toLocaleString('en-US');
const row = (cells) => `| ${cells.join(' | ')} |`;
const table = (head, rows) => [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');

/** `1.31 (1.24–1.40)`: of the medians, and the least and the largest of one round. */
function ratioCell(ours, theirs) {
  if (ours === undefined || theirs === undefined) return '';
  const { medians, least, most } = ratioOf(ours.imagesPerSecond, theirs.imagesPerSecond);
  return `**${medians.toFixed(2)}** (${least.toFixed(2)}–${most.toFixed(2)})`;
}

function speeds({ contestants, arrangements }) {
  const peers = contestants.filter(({ name }) => name !== 'onnx');
  const find = (arrangement, name) => arrangement.summary.find(({ contestant }) => contestant === name);
  const head = ['images a second', ...contestants.map(({ title }) => title)];
  const ratios = ['onnx divided by', ...peers.map(({ title }) => title)];
  const median = (one) => (one === undefined ? '' : number(one.median));
  return [
    table(
      head,
      arrangements.map((one) => [one.title, ...contestants.map(({ name }) => median(find(one, name)))]),
    ),
    ...(peers.length === 0 || arrangements.length === 0
      ? []
      : [
          table(
            ratios,
            arrangements.map((one) => [
              one.title,
              ...peers.map(({ name }) => ratioCell(find(one, 'onnx'), find(one, name))),
            ]),
          ),
        ]),
    table(
      ['whole process, seconds', ...contestants.map(({ title }) => title)],
      arrangements.map((one) => [
        one.title,
        ...contestants.map(({ name }) => find(one, name)?.processSeconds.toFixed(1) ?? ''),
      ]),
    ),
  ];
}

function stepsTable(steps) {
  if (steps.length === 0) return [];
  const sizes = steps[0].results.map(({ batchSize }) => batchSize);
  const cell = ({ stepsPerSecond, batchSize }) =>
    `${stepsPerSecond >= 100 ? number(stepsPerSecond) : stepsPerSecond.toPrecision(3)} (${number(stepsPerSecond * batchSize)})`;
  return [
    table(
      ['steps (images) a second, onnx', ...sizes.map((size) => `batch ${size}`)],
      steps.map(({ title, results }) => [title, ...results.map(cell)]),
    ),
  ];
}

function facts({ machine, peak, compile, wholeRun, reference }) {
  const lines = [];
  if (peak !== undefined)
    lines.push(
      `- Peak of a large Gemm in ONNX Runtime: ${peak.oneThread} GFLOP/s on one thread, ${peak.allThreads} on ${machine.cores}.`,
    );
  if (compile !== undefined)
    lines.push(
      `- All graphs of a run of the reference CNN, made: ${compile.median} ms (${compile.rounds.join(', ')}).`,
    );
  if (wholeRun !== undefined)
    lines.push(
      `- \`assay run\` on all of MNIST, ${wholeRun.epochs === 1 ? '1 epoch' : `${wholeRun.epochs} epochs`}: peak memory ${wholeRun.peakMegabytes} MB, ${wholeRun.seconds} s from command to report.`,
    );
  if (reference !== undefined)
    lines.push(`- The engine \`reference\`, a sample of 128 images: ${number(reference)} images a second.`);
  return lines.length === 0 ? [] : [lines.join('\n')];
}

export function renderResults(results) {
  const { machine, versions, date, options, contestants, file, disturbedTurns, turns, disturbed } = results;
  const rounds = options.rounds === 1 ? 'one round' : `medians of ${options.rounds} rounds, in turn`;
  const busy = [
    ...(disturbedTurns > 0 ? [`${disturbedTurns} of ${turns} turns`] : []),
    ...disturbed.map(({ what }) => what),
  ];
  const quiet =
    disturbedTurns === undefined
      ? 'What else the machine did could not be told.'
      : busy.length === 0
        ? 'The machine did nothing else.'
        : `**The machine was doing other work in or before ${busy.join(', ')}.**`;
  const intro =
    `${date}, ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGigabytes} GB, ${machine.system}; ` +
    `Assay ${versions.assay}${versions.commit === undefined ? '' : ` (${versions.commit})`}, Node ${versions.node}; ` +
    `${contestants.map(({ version }) => version).join('; ')}. ` +
    `${number(options.images)} images a turn, ${rounds}. ${quiet} Every turn's number: [\`${file}\`](../${file}).`;
  return [intro, ...speeds(results), ...facts(results), ...stepsTable(results.steps)].join('\n\n');
}

/** The document with what lies between `<!-- NAME -->` and `<!-- /NAME -->` replaced. */
export function putBetween(document, name, text) {
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [from, to] = [document.indexOf(open), document.indexOf(close)];
  if (from === -1 || to < from) throw new Error(`expected the document to hold ${open} and ${close}`);
  return `${document.slice(0, from + open.length)}\n\n${text}\n\n${document.slice(to)}`;
}
