/** How well each class is recognised: precision against recall on one scale. */
import type { ClassFacts, EvaluationFacts } from '../run-artifacts.js';
import { decimal, plural, quoted } from './format.js';

export interface ClassRow extends ClassFacts {
  /** Places on the scale of `ClassesView`, from 0 to 100. */
  readonly precisionAt: number;
  readonly recallAt: number;
}

export interface ClassesView {
  readonly sentence: string;
  /** Where the scale of the dots begins; it ends at 1. */
  readonly scaleFrom: number;
  readonly hasRocAuc: boolean;
  /** All classes in order, or with more than 40 of them the 40 weakest. */
  readonly rows: readonly ClassRow[];
  /** Those left out of `rows`, the weakest first. */
  readonly more: readonly ClassRow[];
}

const mostRows = 40;

function sentenceOf(perClass: readonly ClassFacts[]): string {
  const judged = perClass.filter(({ support }) => support > 0);
  if (judged.length === 0) return 'No class has an image in this split.';
  const byF1 = [...judged].sort((a, b) => a.f1 - b.f1);
  const [weakest, strongest] = [byF1[0]!, byF1.at(-1)!];
  if (weakest.f1 === strongest.f1)
    return `All ${plural(judged.length, 'class', 'classes')} reach an F1 of ${decimal(weakest.f1)}.`;
  const why =
    weakest.recall < weakest.precision
      ? `its images are missed more often (recall ${decimal(weakest.recall)})`
      : `other images are taken for it more often (precision ${decimal(weakest.precision)})`;
  return `${quoted(strongest.name)} is recognised best (F1 ${decimal(strongest.f1)}), ${quoted(weakest.name)} worst (F1 ${decimal(weakest.f1)}): ${why}.`;
}

/** Nothing when the evaluation tells of no classes. */
export function classesView({ perClass }: EvaluationFacts): ClassesView | undefined {
  if (perClass.length === 0) return undefined;
  const lowest = Math.min(...perClass.flatMap(({ precision, recall }) => [precision, recall]));
  // A tenth below the lowest value, on a round number, so that dots never sit on the edge.
  const scaleFrom = Math.max(0, (Math.ceil(lowest * 10) - 1) / 10);
  const place = (value: number): number => Number((((value - scaleFrom) / (1 - scaleFrom)) * 100).toFixed(2));
  const rows = perClass.map((entry) => ({
    ...entry,
    precisionAt: place(entry.precision),
    recallAt: place(entry.recall),
  }));
  const many = rows.length > mostRows;
  const ordered = many ? [...rows].sort((a, b) => a.f1 - b.f1) : rows;
  return {
    sentence: sentenceOf(perClass),
    scaleFrom,
    hasRocAuc: perClass.some(({ rocAuc }) => rocAuc !== undefined),
    rows: ordered.slice(0, mostRows),
    more: many ? ordered.slice(mostRows) : [],
  };
}
