/** What `build` does: turns the network of the settings into a model in tfjs's format and its summary. */
import { join } from 'node:path';
import { writeFileAtomic } from '../core/atomic-write.js';
import { formatCount } from '../core/format-units.js';
import { canonicalJson } from '../core/json.js';
import { buildNetwork } from '../models/build-model.js';
import { planNetwork } from '../models/network-plan.js';
import type { Locate } from '../models/network-shapes.js';
import { printSummary, summarizeNetwork } from '../models/network-summary.js';
import { modelToArtifact, writeModelFolder } from '../models/tfjs-artifact.js';
import type { BuildSettings } from './build.schema.js';
import type { StageImplementation } from './stage.js';

export const buildImplementation: StageImplementation<BuildSettings> = {
  async execute(context) {
    const { settings, seed, output } = context;
    const { network, classes } = settings;
    const locate: Locate = (path) => context.locate(path);
    const inputShape = settings.inputShape as [number, number, number];
    const model = await buildNetwork(network, { inputShape, classes, seed, locate });
    try {
      await writeModelFolder(output, await modelToArtifact(model));
      const summary = summarizeNetwork(model, planNetwork(network, locate), classes);
      writeFileAtomic(join(output, 'summary.json'), `${canonicalJson(summary)}\n`);
      writeFileAtomic(join(output, 'summary.txt'), printSummary(summary));
      const layers = summary.layers.length - 1;
      return {
        metrics: { parameters: summary.parameters, trainableParameters: summary.trainableParameters },
        note: `${summary.name}, ${layers} ${layers === 1 ? 'layer' : 'layers'}, ${formatCount(summary.parameters)} parameters`,
      };
    } finally {
      model.dispose();
    }
  },
};
