/** Layers that stand in a network several times by `repeat`. */
import { describe, expect, it } from 'vitest';
import { planNetwork } from '../../src/models/network-plan.js';
import type { Network } from '../../src/models/network.js';
import { checked, settingsOf } from './project.js';

const tail = '  - flatten\n  - dense: { units: 10, activation: softmax }\n';

async function layersOf(
  layers: string,
  parameters = '{ depth: 2, widths: [8, 16] }',
  set: readonly string[] = [],
) {
  const made = await checked(
    {
      'pipelines/p.yaml': 'stages:\n  net: { uses: net, with: { network: ../nets/a.yaml } }\n',
      'nets/a.yaml': `parameters: ${parameters}\nlayers:\n${layers}${tail}`,
    },
    { set },
  );
  const network = settingsOf(made, 'net')['network'] as unknown as Network;
  expect(() => planNetwork(network, () => undefined)).not.toThrow();
  return network.layers.slice(0, -2);
}

describe('repeated layers', () => {
  it('stand there as often as the count says', async () => {
    const layers =
      '  - repeat: { count: "${parameters.depth}", layers: [ { conv2d: { filters: 4, kernelSize: 3 } }, reLU ] }\n';
    const conv2d = { conv2d: { filters: 4, kernelSize: 3 } };
    expect(await layersOf(layers)).toEqual([conv2d, 'reLU', conv2d, 'reLU']);
    expect(await layersOf(layers, undefined, ['net.parameters.depth=0'])).toEqual([]);
  });

  it('have the values of a list in turn, also only the first few', async () => {
    const layers = (more: string) =>
      `  - repeat: { ${more}each: "\${parameters.widths}", layers: [ conv2d: { filters: "\${each}", kernelSize: 3 } ] }\n`;
    const filters = (made: readonly unknown[]) =>
      made.map((layer) => (layer as { conv2d: { filters: number } }).conv2d.filters);
    expect(filters(await layersOf(layers('')))).toEqual([8, 16]);
    expect(filters(await layersOf(layers('count: 1, ')))).toEqual([8]);
    expect(filters(await layersOf(layers(''), undefined, ['net.parameters.widths=[3, 4, 5]']))).toEqual([
      3, 4, 5,
    ]);
  });

  it('have values that grow from one', async () => {
    const made = await layersOf(
      '  - repeat: { count: 4, each: { from: 10, times: 1.5, most: 30 }, layers: [ conv2d: { filters: "${each}", kernelSize: 3 } ] }\n',
    );
    expect(made).toEqual([10, 15, 23, 30].map((filters) => ({ conv2d: { filters, kernelSize: 3 } })));
  });

  it('may repeat others, and see the innermost value', async () => {
    const made = await layersOf(
      '  - repeat: { each: [4, 5], layers: [ { conv2d: { filters: "${each}", kernelSize: 3 } }, { repeat: { each: [0.1, 0.2], layers: [ dropout: { rate: "${each}" } ] } } ] }\n',
    );
    const dropouts = [{ dropout: { rate: 0.1 } }, { dropout: { rate: 0.2 } }];
    expect(made).toEqual([4, 5].flatMap((filters) => [{ conv2d: { filters, kernelSize: 3 } }, ...dropouts]));
  });

  it('have names of their own, by which they know one another and what is outside', async () => {
    const made = await layersOf(`  - reLU: { name: start }
  - repeat:
      count: 2
      layers:
        - reLU: { name: in }
        - conv2d: { filters: 1, kernelSize: 3, padding: same }
        - add: { from: [previous, in, start] }
`);
    expect(made.filter((layer) => typeof layer === 'object' && !('conv2d' in layer))).toEqual([
      { reLU: { name: 'start' } },
      { reLU: { name: 'in_1' } },
      { add: { from: ['previous', 'in_1', 'start'] } },
      { reLU: { name: 'in_2' } },
      { add: { from: ['previous', 'in_2', 'start'] } },
    ]);
  });

  it('make the same network as those written out', async () => {
    const written = await layersOf('  - reLU\n  - reLU\n  - reLU\n');
    expect(await layersOf('  - reLU\n  - repeat: { count: 2, layers: [reLU] }\n')).toEqual(written);
  });
});
