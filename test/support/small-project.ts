/** A project that trains in about a second: a few drawn digits and a very small network. */
import type { Rig } from './rig.js';

const pipeline = `
params: { classes: 10 }
stages:
  acquire: { uses: acquire, with: { dataset: synthetic-digits, synthetic: { train: 300, test: 60 } } }
  preprocess: { uses: preprocess, needs: acquire, with: { validation: 0.2 } }
  build:
    uses: build
    with:
      classes: "\${params.classes}"
      network:
        layers:
          - flatten
          - dense: { units: 12, activation: relu }
          - dropout: { rate: 0.1 }
          - dense: { units: "\${classes}", activation: softmax }
  train: { uses: train, needs: [preprocess, build], with: { epochs: 3, batchSize: 32 } }
  evaluate: { uses: evaluate, needs: [preprocess, train] }
  report: { uses: report, needs: [preprocess, build, train, evaluate] }
`;

const experiment = `
pipeline: ../pipelines/small.yaml
seed: 7
engine: reference
set:
  train.epochs: 3
`;

export const smallExperiment = 'experiments/small.yaml';

export function writeSmallProject(rig: Rig): void {
  rig.write('package.json', '{ "name": "small", "private": true }\n');
  rig.write('pipelines/small.yaml', pipeline.trimStart());
  rig.write(smallExperiment, experiment.trimStart());
}
