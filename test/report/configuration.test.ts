import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { layOutGraph } from '../../src/report/stage-graph.js';
import { configurationView } from '../../src/report/views/configuration-view.js';
import { stagesView } from '../../src/report/views/stages-view.js';

const config = {
  name: 'a: b',
  seed: 7,
  params: { classes: 10, yes: 'no', empty: '', half: 0.5 },
  stages: {
    build: {
      uses: 'build',
      needs: [],
      with: {
        inputShape: [28, 28, 1],
        network: {
          layers: [
            { type: 'conv2d', filters: 32 },
            {
              type: 'dense',
              units: 10,
              activation: 'softmax',
              kernelInitializer: 'glorotUniform',
              useBias: true,
            },
          ],
        },
      },
    },
    train: {
      uses: 'train',
      needs: ['build'],
      with: { epochs: 3, optimizer: { kind: 'adam', learningRate: 0.002 } },
    },
  },
};

describe('the configuration in a report', () => {
  it('is YAML that reads back as what was run', () => {
    const { lines } = configurationView({ config, differences: [], parent: undefined });
    const text = lines
      .map(({ indent, key, value }) => `${'  '.repeat(indent)}${key}${value === '' ? '' : ` ${value}`}`)
      .join('\n');
    expect(parse(text)).toEqual(config);
  });

  it('marks what differs from the parent, with what stood there', () => {
    const differences = [
      { path: 'train.optimizer', before: 'sgd', now: config.stages.train.with.optimizer },
      { path: 'train.epochs', before: undefined, now: 3 },
      { path: 'seed', before: 1, now: 7 },
    ];
    const view = configurationView({ config, differences, parent: 'base.yaml' });
    expect(view.sentence).toBe('3 settings differ from base.yaml.');
    expect(view.changes[1]).toEqual({ path: 'train.epochs', before: '', now: '3' });
    expect(view.lines.filter(({ changed }) => changed)).toEqual([
      { indent: 0, key: 'seed:', value: '7', changed: true, before: '1' },
      { indent: 3, key: 'epochs:', value: '3', changed: true, before: 'not set' },
      { indent: 3, key: 'optimizer:', value: '', changed: true, before: 'sgd' },
      { indent: 4, key: 'kind:', value: 'adam', changed: true, before: '' },
      { indent: 4, key: 'learningRate:', value: '0.002', changed: true, before: '' },
    ]);
  });

  it('says when nothing differs', () => {
    const view = configurationView({ config, differences: [], parent: 'pipelines/p.yaml' });
    expect(view.sentence).toBe('Everything is as in pipelines/p.yaml.');
  });
});

describe('the stages in a report', () => {
  const stage = (name: string, status: 'ran' | 'cached', seconds: number) => ({
    name,
    kind: name,
    status,
    seconds,
    fingerprint: 'f'.repeat(64),
  });

  it('tell what took the time and what came from the cache', () => {
    const { sentence } = stagesView({
      config,
      stages: [stage('build', 'cached', 0), stage('train', 'ran', 72)],
    });
    expect(sentence.replaceAll(/[\u202f\u00a0]/g, ' ')).toBe(
      '2 stages took 1 min 12 s, 100 % of it in train; 1 of them came from the cache.',
    );
  });

  it('are drawn so that no line passes behind a stage', () => {
    const names = ['acquire', 'preprocess', 'build', 'train', 'evaluate', 'report'];
    const needs = new Map([
      ['preprocess', ['acquire']],
      ['train', ['preprocess', 'build']],
      ['evaluate', ['preprocess', 'train']],
      ['report', ['preprocess', 'build', 'train', 'evaluate']],
    ]);
    const { nodes, edges } = layOutGraph(
      names.map((name) => ({ name })),
      needs,
    );
    const x = Object.fromEntries(nodes.map((node) => [node.item.name, node.x]));
    expect(x.build).toBe(x.preprocess);
    expect(x.train).toBeGreaterThan(x.build!);
    // Needs that another need stands on are not drawn.
    expect(edges).toHaveLength(5);
  });
});
