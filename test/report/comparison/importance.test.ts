/** Importances are checked against Optuna's own of the same trials: `test/fixtures/importance.py` made them. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { importances, type ImportanceTrial } from '../../../src/report/comparison/statistics/importance.js';
import type { ParameterDomain } from '../../../src/report/comparison/statistics/parameter-domain.js';

interface Fixture {
  readonly optuna: string;
  readonly studies: readonly {
    readonly name: string;
    readonly direction: 'minimize' | 'maximize';
    readonly domains: Readonly<Record<string, ParameterDomain>>;
    readonly trials: readonly {
      readonly value: number;
      readonly parameters: Readonly<Record<string, number>>;
    }[];
    readonly importances: readonly {
      readonly targetQuantile: number;
      readonly regionQuantile: number;
      readonly raw: Readonly<Record<string, number>>;
      readonly normalized: Readonly<Record<string, number>>;
    }[];
  }[];
}

const fixture = JSON.parse(
  readFileSync(new URL('../../fixtures/importance.json', import.meta.url), 'utf8'),
) as Fixture;

const number = (low: number, high: number): ParameterDomain => ({ kind: 'number', low, high, log: false });

describe('importance of parameters', () => {
  for (const study of fixture.studies) {
    const trials: ImportanceTrial[] = study.trials.map(({ value, parameters }) => ({
      parameters,
      loss: study.direction === 'maximize' ? -value : value,
    }));
    const domains = new Map(Object.entries(study.domains));
    it.each(study.importances)(
      `of “${study.name}” is Optuna ${fixture.optuna}’s, best $targetQuantile of $regionQuantile`,
      ({ targetQuantile, regionQuantile, raw, normalized }) => {
        const found = importances(trials, domains, { targetQuantile, regionQuantile });
        expect(found.map(({ parameter }) => parameter).sort()).toEqual(Object.keys(raw).sort());
        for (const { parameter, divergence, share } of found) {
          expect(Math.abs(divergence - raw[parameter]!), `${parameter}, raw`).toBeLessThan(1e-11);
          expect(Math.abs(share - normalized[parameter]!), `${parameter}, share`).toBeLessThan(1e-9);
        }
      },
    );
  }

  it('lists the most important first, and shares add up to 1', () => {
    const trials = Array.from({ length: 60 }, (_, i) => ({
      parameters: { noise: (i * 37) % 60, signal: i },
      loss: i,
    }));
    const found = importances(
      trials,
      new Map([
        ['noise', number(0, 59)],
        ['signal', number(0, 59)],
      ]),
    );
    expect(found.map(({ parameter }) => parameter)).toEqual(['signal', 'noise']);
    expect(found[0]!.share + found[1]!.share).toBeCloseTo(1, 12);
    expect(found[0]!.share).toBeGreaterThan(0.9);
  });

  it('is 0 for all where nothing can be told: no trials, one, only equal ones, only failed ones', () => {
    const domains = new Map([['x', number(0, 1)]]);
    const nothing = [{ parameter: 'x', divergence: 0, share: 0 }];
    const at = (x: number, loss: number): ImportanceTrial => ({ parameters: { x }, loss });
    expect(importances([], domains)).toEqual(nothing);
    expect(importances([at(0.5, 1)], domains)).toEqual(nothing);
    expect(importances([at(0.1, 1), at(0.5, 1), at(0.9, 1)], domains)).toEqual(nothing);
    expect(importances([at(0.1, NaN), at(0.5, NaN)], domains)).toEqual(nothing);
  });
});
