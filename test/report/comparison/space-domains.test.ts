/** What the record of a sweep says of the numbers that it searched. */
import { describe, expect, it } from 'vitest';
import { spaceDomains } from '../../../src/report/comparison/statistics/space-domains.js';

describe('the numbers of a space', () => {
  it('have the ends and the scale that they were drawn by', () => {
    expect(
      spaceDomains({
        dropout: { uniform: [0, 0.5] },
        rate: { logUniform: [1e-4, 0.1] },
        layers: { int: [1, 4] },
        units: { logInt: [32, 512] },
        smoothing: { quantized: [0, 0.2, 0.05] },
        batch: [32, 64, 128],
        network: ['mlp', 'lenet5'],
        noise: { normal: [0, 1] },
      }),
    ).toEqual({
      dropout: { kind: 'number', low: 0, high: 0.5, log: false },
      rate: { kind: 'number', low: 1e-4, high: 0.1, log: true },
      layers: { kind: 'number', low: 1, high: 4, log: false, step: 1 },
      units: { kind: 'number', low: 32, high: 512, log: true, step: 1 },
      smoothing: { kind: 'number', low: 0, high: 0.2, log: false, step: 0.05 },
      batch: { kind: 'number', low: 32, high: 128, log: true, step: 1 },
    });
  });

  it('are looked for in choices, and have all that they may be in any of them', () => {
    const choice = [
      { name: 'adam', value: { kind: 'adam' }, space: { rate: { logUniform: [3e-4, 3e-2] } } },
      { name: 'momentum', value: { kind: 'momentum' }, space: { rate: { logUniform: [1e-3, 0.5] } } },
      'sgd',
    ];
    expect(spaceDomains({ optimizer: { choice } })).toEqual({
      rate: { kind: 'number', low: 3e-4, high: 0.5, log: true },
    });
  });

  it('are none where nothing of that kind was recorded', () => {
    for (const nothing of [
      undefined,
      null,
      'x',
      [1],
      { a: 1 },
      { a: { uniform: ['x', 1] } },
      { a: { uniform: 3 } },
    ])
      expect(spaceDomains(nothing as never)).toEqual({});
  });
});
