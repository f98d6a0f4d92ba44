/**
 * Throws broken experiments, pipelines and networks at the built checks until the time is over. Runs in a thread of its
 * own, and says what it is about to check, so that `fuzz.test.ts` can tell a hang.
 */
import { Buffer } from 'node:buffer';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { checkExperiment } from '../../dist/config/check-experiment.js';
import { checkFile } from '../../dist/config/check-file.js';
import { canonicalJson } from '../../dist/core/json.js';
import { formatProblems } from '../../dist/core/format-problem.js';

const { seconds, seed, repository } = workerData;
const root = realpathSync(mkdtempSync(join(tmpdir(), 'assay-fuzz-')));
for (const folder of ['pipelines/networks', 'experiments'])
  mkdirSync(join(root, folder), { recursive: true });
writeFileSync(join(root, 'package.json'), '{}');

const shipped = (path) => readFileSync(join(repository, path), 'utf8');
const valid = {
  experiment: `name: fuzz
pipeline: ../pipelines/p.yaml
extends: parent.yaml
seed: 7
engine: reference
params:
  classes: 10
  list: &list [1, 2, { a: "\${seed}" }]
  again: *list
set:
  train.epochs: \${params.list.0}
  train.optimizer: { kind: sgd, learningRate: 0.1 }
  preprocess.limit: { train: 10 }
  build.network: own
  build.parameters: { width: "\${params.classes}" }
`,
  pipeline: shipped('pipelines/image-classification.yaml'),
  network: `name: own
description: own
parameters: { width: 8 }
layers:
  - flatten
  - dense: { units: "\${parameters.width}", activation: relu, kernelInitializer: { kind: heNormal } }
  - dropout: { rate: 0.5 }
  - dense: { units: "\${classes}", activation: softmax }
`,
};
const paths = {
  experiment: 'experiments/e.yaml',
  pipeline: 'pipelines/p.yaml',
  network: 'pipelines/networks/own.yaml',
};
writeFileSync(
  join(root, 'experiments/parent.yaml'),
  'pipeline: ../pipelines/p.yaml\nset: { train.batchSize: 32 }\n',
);

const words = [
  ...[
    '{',
    '}',
    '[',
    ']',
    ':',
    ': ',
    ',',
    '- ',
    '? ',
    '&a ',
    '*a',
    '!!js/function ',
    '!x ',
    '<<: *a',
    '|\n',
    '>\n',
    '"',
    "'",
    '#',
    '%',
    '@',
    '`',
  ],
  ...[
    '\n',
    '\n  ',
    '\n      ',
    '\t',
    '\r',
    '\0',
    '\u2028',
    '\uFEFF',
    '---\n',
    '...\n',
    '%YAML 1.1\n',
    '\\',
    '😀',
    '\uD800',
  ],
  ...[
    'null',
    '~',
    'true',
    '.nan',
    '.inf',
    '-0',
    '1e999',
    '9007199254740993',
    '0x10',
    '0o7',
    '1_0',
    '-1',
    '0.5',
    '""',
  ],
  ...[
    '${',
    '$${',
    '${params.classes}',
    '${params}',
    '${seed}',
    '${train}',
    '${train.epochs}',
    '${build.network}',
    '${params.list.2.a}',
    '${a b}',
    '${parameters}',
  ],
  ...[
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'hasOwnProperty',
    'length',
    'params',
    'set',
    'stages',
    'needs',
    'uses',
    'with',
    'extends',
    'pipeline',
    'layers',
    'network',
    'sweep',
    'kind',
    'epochs',
    'optimizer',
  ],
  ...[
    '../pipelines/p.yaml',
    'e.yaml',
    '/etc/passwd',
    '..',
    '.',
    'train',
    'acquire',
    'mlp',
    'train.optimizer.kind: sgd',
    'train.epochs: 1',
    './x.ts',
  ],
];
const word = fc.constantFrom(...words);

/** A text with a few pieces cut out, put in, doubled or exchanged. */
const edit = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.nat(40),
  what: fc.constantFrom('cut', 'put', 'double', 'replace', 'indent', 'move'),
  text: fc.oneof(
    word,
    fc.string({ maxLength: 8 }),
    fc.array(word, { maxLength: 4 }).map((list) => list.join('')),
  ),
  to: fc.double({ min: 0, max: 1, noNaN: true }),
});
function apply(text, { at, length, what, text: piece, to }) {
  const from = Math.floor(at * text.length);
  const part = text.slice(from, from + length);
  const rest = text.slice(from + length);
  switch (what) {
    case 'cut':
      return text.slice(0, from) + rest;
    case 'put':
      return text.slice(0, from) + piece + text.slice(from);
    case 'double':
      return text.slice(0, from) + part + part + rest;
    case 'replace': {
      // A whole word, so that the file mostly stays YAML and the deeper checks are reached.
      const next = text.slice(from).search(/[\w.${}]+/);
      const begin = next < 0 ? text.length : from + next;
      return text.slice(0, begin) + piece + text.slice(begin).replace(/^[\w.${}]+/, '');
    }
    case 'indent':
      return text.slice(0, from) + text.slice(from).replace(/\n/, `\n${' '.repeat(length % 9)}`);
    default: {
      const without = text.slice(0, from) + rest;
      const target = Math.floor(to * without.length);
      return without.slice(0, target) + part + without.slice(target);
    }
  }
}
const edited = (text) =>
  fc.array(edit, { minLength: 1, maxLength: 6 }).map((edits) => edits.reduce(apply, text));

/** YAML of any shape, of keys and values that mean something here. */
const tree = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    fc.oneof(word, fc.integer(), fc.double(), fc.boolean(), fc.constant(null), fc.string({ maxLength: 5 })),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(word, fc.string({ maxLength: 4 })), tie('value'), {
      maxKeys: 5,
      noNullPrototype: false,
    }),
  ),
})).value;
const anyYaml = tree.map((value) => {
  try {
    return stringify(value);
  } catch {
    return String(value);
  }
});
const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array));

const kind = fc.constantFrom('experiment', 'pipeline', 'network');
const content = kind.chain((name) =>
  fc.record({
    name: fc.constant(name),
    content: fc.oneof(
      { weight: 8, arbitrary: edited(valid[name]) },
      { weight: 2, arbitrary: anyYaml },
      { weight: 1, arbitrary: bytes },
    ),
  }),
);
const argument = fc.oneof(
  fc
    .tuple(
      fc.constantFrom(
        'train.epochs',
        'train.optimizer',
        'seed',
        'params.classes',
        'build.network',
        'x',
        'train.optimizer.learningRate',
      ),
      word,
    )
    .map((parts) => parts.join('=')),
  fc.array(word, { maxLength: 4 }).map((list) => list.join('')),
  fc.string({ maxLength: 20 }),
);

const loadCustomStage = () =>
  Promise.resolve({ ok: false, problems: [{ code: 'no-stage', message: 'none here' }] });

function judge(result) {
  if (result.ok) {
    if (result.value.config !== undefined) canonicalJson(result.value.config);
    return;
  }
  if (result.problems.length === 0) throw new Error('refused without a reason');
  for (const { code, message, at } of result.problems) {
    if (!/^[a-z]+(-[a-z0-9]+)*$/.test(code)) throw new Error(`bad code ${code}`);
    if (
      message === '' ||
      /undefined|\[object|TypeError|NaN/.test(
        message.replaceAll(/"(\\.|[^"\\])*"|\{.*\}|\[.*\]|\$\{.*\}/gs, ''),
      )
    ) {
      throw new Error(`bad message: ${message}`);
    }
    if (at === undefined) continue;
    const inLine = at.line >= 1 && at.column >= 1 && at.length >= 1 && at.column <= at.lineText.length + 1;
    if (!inLine) throw new Error(`bad place of ${message}: ${JSON.stringify(at)}`);
  }
  formatProblems(result.problems);
}

let runs = 0;
let accepted = 0;
const property = fc.asyncProperty(
  fc.array(content, { minLength: 1, maxLength: 2 }),
  fc.array(argument, { maxLength: 2 }),
  async (files, set) => {
    const contents = { ...valid, ...Object.fromEntries(files.map((file) => [file.name, file.content])) };
    parentPort.postMessage({ about: { files: files.map((file) => [file.name, String(file.content)]), set } });
    for (const [name, text] of Object.entries(contents)) writeFileSync(join(root, paths[name]), text);
    const options = { projectRoot: root, loadCustomStage };
    const result = await checkExperiment({ ...options, file: join(root, paths.experiment), set });
    judge(result);
    for (const path of Object.values(paths)) judge(await checkFile({ ...options, file: join(root, path) }));
    if ({}.polluted !== undefined || Object.keys(Object.prototype).length > 0)
      throw new Error('a prototype was changed');
    runs += 1;
    if (result.ok) accepted += 1;
  },
);

try {
  await fc.assert(property, {
    seed,
    numRuns: 100_000_000,
    interruptAfterTimeLimit: seconds * 1000,
    markInterruptAsFailure: false,
  });
  parentPort.postMessage({ done: { runs, accepted } });
} catch (error) {
  parentPort.postMessage({
    failed: error instanceof Error ? `${error.message}\n${error.cause?.stack ?? ''}` : String(error),
  });
} finally {
  rmSync(root, { recursive: true, force: true });
}
