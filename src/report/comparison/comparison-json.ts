/** A comparison as JSON: the contract of `compared-run.ts` with times as ISO 8601, images as base64, and what follows from it. */
import type { Comparison } from './compared-run.js';
import { differingParameters, parameterImportances } from './parameters.js';
import { judge, verdictSentences } from './verdict.js';

function iso(time: number): string {
  return new Date(time).toISOString();
}

export function comparisonJson(comparison: Comparison): object {
  const { runs, sweep, images, made, ...facts } = comparison;
  const parameters = differingParameters(comparison);
  const verdict = judge(comparison);
  return {
    ...facts,
    made: iso(made),
    verdict:
      verdict === undefined
        ? null
        : {
            best: verdict.best.id,
            value: verdict.value,
            accuracy: verdict.accuracy ?? null,
            second:
              verdict.second === undefined
                ? null
                : {
                    run: verdict.second.run.id,
                    value: verdict.second.value,
                    test: verdict.second.test ?? null,
                  },
            sentences: verdictSentences(comparison, verdict),
          },
    parameters: parameters.map(({ path, name }) => ({ path, name })),
    importance: parameterImportances(comparison, parameters),
    sweep:
      sweep === undefined
        ? null
        : {
            ...sweep,
            spans: sweep.spans.map(({ from, to, ...span }) => ({ ...span, from: iso(from), to: iso(to) })),
          },
    runs: runs.map((run) => ({ ...run, started: iso(run.started) })),
    images:
      images === undefined
        ? null
        : {
            ...images,
            images: images.images.map(({ index, pixels }) => ({
              index,
              pixels: Buffer.from(pixels).toString('base64'),
            })),
          },
  };
}
