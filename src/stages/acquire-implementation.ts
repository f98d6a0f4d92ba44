/** What `acquire` does: asks the data set's source and stores what it gives. The list of data sets by name is here. */
import { formatCount } from '../core/format-units.js';
import { writeDataset } from '../data/dataset-artifact.js';
import type { DatasetSource } from '../data/dataset-source.js';
import { mnist } from '../data/mnist.js';
import { syntheticDigits } from '../data/synthetic-digits.js';
import type { AcquireSettings } from './acquire.schema.js';
import type { StageImplementation } from './stage.js';

const sources: Readonly<Record<AcquireSettings['dataset'], (settings: AcquireSettings) => DatasetSource>> = {
  mnist: () => mnist(),
  'synthetic-digits': (settings) => syntheticDigits(settings.synthetic),
};

export const acquireImplementation: StageImplementation<AcquireSettings> = {
  async execute(context) {
    const { settings, seed, signal, output } = context;
    const source = sources[settings.dataset](settings);
    const dataset = await source.load({
      seed,
      signal,
      onProgress: (progress) => context.emit({ type: 'progress', ...progress }),
      onWarning: (problem) => context.emit({ type: 'warning', problem }),
    });
    writeDataset(output, source.name, dataset);
    const { train, test } = dataset;
    return {
      note: `${formatCount(train.count)} train, ${formatCount(test.count)} test images, ${train.shape.join('×')}`,
    };
  },
};
