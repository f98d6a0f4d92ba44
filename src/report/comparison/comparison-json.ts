/** A comparison as JSON: the contract of `compared-run.ts` with times as ISO 8601, images as base64, and what follows from it. */
import { isoTime } from '../../core/iso-time.js';
import type { Comparison } from './compared-run.js';
import { comparisonFacts } from './comparison-facts.js';
import type { JudgedRun } from './statistics/verdict.js';

export function comparisonJson(comparison: Comparison): object {
  const { runs, sweep, images, made, ...about } = comparison;
  const { verdict, settings, importances, suggestions } = comparisonFacts(comparison);
  const judged = (one: JudgedRun | undefined): object | null =>
    one === undefined ? null : { ...one, run: runs[one.run]!.id };
  const spans = sweep?.spans.map(({ from, to, ...span }) => ({
    ...span,
    from: isoTime(from),
    to: isoTime(to),
  }));
  const pictures = images?.images.map(({ index, pixels }) => ({
    index,
    pixels: Buffer.from(pixels).toString('base64'),
  }));
  return {
    ...about,
    made: isoTime(made),
    verdict: {
      ...verdict,
      best: judged(verdict.best),
      second: judged(verdict.second),
      test: verdict.test ?? null,
    },
    suggestions,
    varying: settings.shown.map(({ path }) => path),
    importances,
    sweep: sweep === undefined ? null : { ...sweep, spans },
    runs: runs.map((run) => ({ ...run, started: isoTime(run.started) })),
    images: images === undefined ? null : { ...images, images: pictures },
  };
}
