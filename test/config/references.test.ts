/** `${…}` between values, in params, settings and networks. */
import { describe, expect, it } from 'vitest';
import { checked, refused, settingsOf } from './project.js';

const head = 'pipeline: ../pipelines/p.yaml\n';
const experiment = 'experiments/e.yaml';
const withParams = (params: string) =>
  checked({ [experiment]: `${head}params:\n${params}` }).then((made) => made.params);

describe('references', () => {
  it('keep the type of what they name', async () => {
    const text =
      '  n: 2\n  t: true\n  l: [1, x]\n  m: { a: 1 }\n  all: ["${params.n}", "${params.t}", "${params.l}", "${params.m}"]\n';
    expect((await withParams(text))['all']).toEqual([2, true, [1, 'x'], { a: 1 }]);
  });

  it('are put into a text as text', async () => {
    expect((await withParams('  n: 2\n  t: true\n  s: "${params.n} times ${ params.t }!"\n'))['s']).toBe(
      '2 times true!',
    );
  });

  it('are plain text after $$', async () => {
    const text = '  a: $${params.b}\n  b: "$$${params.c} $$ $x"\n  c: "${params.a}"\n';
    expect(await withParams(text)).toMatchObject({
      a: '${params.b}',
      b: '$${params.c} $$ $x',
      c: '${params.b}',
    });
  });

  it('lead to references, into lists and into mappings that references stand for', async () => {
    const text =
      '  a: ${params.b}\n  b: ${params.c.list.1.x}\n  c: ${params.d}\n  d: { list: [0, { x: 5 }] }\n';
    expect(await withParams(text)).toMatchObject({ a: 5, b: 5, c: { list: [0, { x: 5 }] } });
  });

  it('may name one value of the mapping they stand in', async () => {
    expect((await withParams('  m: { a: 1, b: "${params.m.a}" }\n'))['m']).toEqual({ a: 1, b: 1 });
  });

  it('name settings after merging, defaults and the seed', async () => {
    const made = await checked(
      {
        [experiment]: `${head}params:\n  size: \${load.size}\n  beta: \${fit.optimizer.beta}\nset:\n  fit.epochs: \${seed}\n`,
      },
      { set: ['load.size=7', 'seed=3'] },
    );
    expect(made.params).toMatchObject({ size: 7, beta: 0.9 });
    expect(settingsOf(made, 'fit')['epochs']).toBe(3);
  });

  it('choose a branch, whose defaults others may name', async () => {
    const made = await checked({
      [experiment]: `${head}params:\n  kind: sgd\n  momentum: \${fit.optimizer.momentum}\nset:\n  fit.optimizer: { kind: "\${params.kind}" }\n`,
    });
    expect(settingsOf(made, 'fit')['optimizer']).toEqual({ kind: 'sgd', momentum: 0.9 });
    expect(made.params['momentum']).toBe(0.9);
  });
});

const netPipeline = `params:
  width: 16
stages:
  net:
    uses: net
    with:
      network: tiny
      classes: 4
`;
const tiny = `# yaml-language-server: $schema=../../schemas/network.schema.json
name: tiny
description: As small as it gets.
parameters:
  width: 8
  rate: 0.5
layers:
  - flatten
  - dense: { units: "\${parameters.width}", activation: relu }
  - dropout: { rate: "\${parameters.rate}" }
  - dense: { units: "\${classes}", activation: softmax }
`;
const files = { 'pipelines/p.yaml': netPipeline, 'pipelines/networks/tiny.yaml': tiny };
const inlined = (width: number, classes = 4) => ({
  name: 'tiny',
  layers: [
    'flatten',
    { dense: { units: width, activation: 'relu' } },
    { dropout: { rate: 0.5 } },
    { dense: { units: classes, activation: 'softmax' } },
  ],
});

describe('networks', () => {
  it('a preset takes the place of its name, without parameters and description', async () => {
    expect(settingsOf(await checked(files), 'net')).toEqual({
      network: inlined(8),
      classes: 4,
      inputShape: [28, 28, 1],
    });
  });

  it('the stage sets the network’s parameters, also by reference', async () => {
    const made = await checked(files, { set: ['net.parameters={width: "${params.width}"}'] });
    expect(settingsOf(made, 'net')['network']).toEqual(inlined(16));
  });

  it('its parameters may name settings and the whole tree', async () => {
    const changed = tiny.replace('width: 8', 'width: ${params.width}');
    const made = await checked({ ...files, 'pipelines/networks/tiny.yaml': changed });
    expect(settingsOf(made, 'net')['network']).toEqual(inlined(16));
  });

  it('a path is relative to the file that states it', async () => {
    const made = await checked({
      ...files,
      [experiment]: `${head}set:\n  net.network: networks/own.yaml\n`,
      'experiments/networks/own.yaml': tiny,
    });
    expect(settingsOf(made, 'net')['network']).toEqual(inlined(8));
  });

  it('a path that a reference brings is relative to where it was written', async () => {
    const made = await checked({
      ...files,
      'pipelines/p.yaml': netPipeline
        .replace('width: 16', 'file: networks/tiny.yaml')
        .replace('network: tiny', 'network: "${params.file}"'),
    });
    expect(settingsOf(made, 'net')['network']).toEqual(inlined(8));
  });

  it('on the command line a path is relative to the project', async () => {
    const made = await checked({ ...files, 'own.yaml': tiny }, { set: ['net.network=own.yaml'] });
    expect(settingsOf(made, 'net')['network']).toEqual(inlined(8));
  });

  it('written in place gives the same as in a file', async () => {
    const inPlace = tiny
      .split('\n')
      .map((line) => `        ${line}\n`)
      .join('');
    const made = await checked(
      { 'pipelines/p.yaml': netPipeline.replace('network: tiny\n', `network:\n${inPlace}`) },
      { set: ['net.network.layers.1.dense.units=3'] },
    );
    expect(settingsOf(made, 'net')['network']).toEqual(inlined(3));
  });

  it('a bare list of layers is a network without anything else', async () => {
    const list = `        - flatten\n        - dense: { units: "\${classes}", activation: softmax }\n`;
    const written = netPipeline.replace('network: tiny\n', `network:\n${list}`);
    const layers = ['flatten', { dense: { units: 4, activation: 'softmax' } }];
    expect(settingsOf(await checked({ 'pipelines/p.yaml': written }), 'net')['network']).toEqual({ layers });
    const set = ['net.network=[flatten, dense: { units: 4, activation: softmax }]'];
    expect(settingsOf(await checked(files, { set, expandLists: true }), 'net')['network']).toEqual({
      layers,
    });
  });

  it('a preset that the project has not is Assay’s own', async () => {
    const made = await checked({ 'pipelines/p.yaml': netPipeline }, { set: ['net.network=lenet5'] });
    expect(settingsOf(made, 'net')['network']).toMatchObject({ name: 'lenet5' });
  });

  it('settings in it are found in its own file', async () => {
    const made = await checked(files);
    const at = (...path: (string | number)[]) => made.stages[0]!.locate(['network', ...path]);
    expect(at('layers', 1, 'dense', 'units')).toMatchObject({
      file: 'pipelines/networks/tiny.yaml',
      line: 9,
      column: 21,
    });
    expect(at()).toMatchObject({ file: 'pipelines/networks/tiny.yaml' });
  });

  it('is compared by its name', async () => {
    const made = await checked({ ...files, [experiment]: `${head}set:\n  net.network: lenet5\n` });
    expect(made.differences).toEqual([{ path: 'net.network', before: 'tiny', now: 'lenet5' }]);
  });

  it('outside of it, the settings of its stage need their full path', async () => {
    const text = netPipeline.replace('width: 16', 'width: ${classes}');
    expect(await refused({ ...files, 'pipelines/p.yaml': text })).toContain(
      'error[unknown-reference]: expected ${classes} to name a value, got nothing of the name "classes"',
    );
  });
});
