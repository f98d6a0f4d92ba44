/** Big files made to be slow: each ends in an answer. A hang ends these tests by their time limit. */
import { describe, expect, it } from 'vitest';
import { refused } from './project.js';

const head = 'pipeline: ../pipelines/p.yaml\n';
const experiment = 'experiments/e.yaml';
const pipeline = 'pipelines/p.yaml';
const mebibyte = 1 << 20;

/** As many lines as fit into a file of 1 MiB. */
function fill(start: string, line: (index: number) => string): string {
  const lines = [start];
  let size = start.length;
  for (let index = 0; ; index += 1) {
    const next = line(index);
    size += next.length;
    if (size > mebibyte) return lines.join('');
    lines.push(next);
  }
}

const network = (start: string, line: (index: number) => string) => ({
  [pipeline]: 'stages:\n  net: { uses: net, with: { network: tiny } }\n',
  'pipelines/networks/tiny.yaml': fill(start, line),
});

const cases: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'unknown keys': { [experiment]: fill(head, (i) => `k${i}: 1\n`) },
  'the same key': { [experiment]: fill(head, () => 'k: 1\n') },
  'params that name nothing': {
    [experiment]: fill(`${head}params:\n`, (i) => `  k${i}: \${params.x${i}}\n`),
  },
  'params that name one another': {
    [experiment]: fill(`${head}params:\n`, (i) => `  k${i}: \${params.k${i + 1}}\n`),
  },
  'references that nest mappings': {
    [experiment]: fill(`${head}params:\n`, (i) => `  k${i}: { a: "\${params.k${i + 1}}" }\n`),
  },
  'paths of set': { [experiment]: fill(`${head}set:\n`, (i) => `  fit.k${i}: 1\n`) },
  'values of a list': {
    [experiment]: `${head}set:\n  fit.sizes: [${fill('', () => '1,').slice(0, -100)}]\n`,
  },
  stages: { [pipeline]: fill('stages:\n', (i) => `  s${i}: { uses: load, needs: s${i + 1} }\n`) },
  needs: { [pipeline]: fill('stages:\n  s:\n    uses: load\n    needs:\n', (i) => `    - s${i}\n`) },
  layers: network('layers:\n', () => '- flaten\n'),
  'layers with wrong settings': network(
    'layers:\n',
    () => '- dense: { units: x, kernelInitializer: { kind: y } }\n',
  ),
  'keys in one layer': network('layers:\n- dense:\n', (i) => `    k${i}: 1\n`),
  aliases: { [experiment]: fill(`${head}params:\n  a: &a [1, 2]\n`, (i) => `  k${i}: *a\n`) },
  anchors: { [experiment]: fill(`${head}params:\n`, (i) => `  k${i}: &a${i} *b\n`) },
  documents: { [experiment]: fill(head, () => '---\n') },
  'brackets that close': { [experiment]: fill(head, () => ']') },
  quotes: { [experiment]: fill(head, () => '"') },
  tabs: { [experiment]: fill(head, () => '\t') },
  'one key of all the file': { [experiment]: `${'k'.repeat(mebibyte - 10)}: 1\n` },
  'one value of all the file': {
    [experiment]: `${head}set:\n  load.dataset: ${'v'.repeat(mebibyte - 100)}\n`,
  },
  'a reference of all the file': { [experiment]: `${head}params:\n  a: \${${'v'.repeat(mebibyte - 100)}}\n` },
  'a text of references': {
    [experiment]: `${head}params:\n  x: 1\n  a: "${'${params.x}'.repeat(90_000)}"\n`,
  },
  dollars: { [experiment]: `${head}params:\n  a: "${'$${'.repeat(300_000)}"\n` },
};

describe('a file of 1 MiB is answered', () => {
  it.each(Object.keys(cases))('%s', async (name) => {
    const output = await refused(cases[name]!);
    expect(output).toMatch(/error\[|^no problem$/);
    expect(output.length).toBeLessThan(200_000);
  });
});
