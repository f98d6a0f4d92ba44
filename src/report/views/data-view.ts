/** What the network learned from and was judged on. */
import type { Json } from '../../core/json.js';
import { isJsonObject } from '../../core/json.js';
import { formatCount } from '../../core/format-units.js';
import type { DataFacts } from '../run-artifacts.js';
import { percent, plural, quoted } from './format.js';

export interface DataView {
  readonly sentence: string;
  readonly splits: readonly { readonly name: string; readonly count: number }[];
  /** Training images by class; `width` from 0 to 100 against the most frequent one. */
  readonly classes: readonly { readonly name: string; readonly count: number; readonly width: number }[];
  readonly facts: readonly { readonly label: string; readonly value: string }[];
}

function describeAugmentation(augmentation: Json): string {
  if (!isJsonObject(augmentation)) return 'none';
  const parts = Object.entries(augmentation).map(([name, value]) =>
    isJsonObject(value)
      ? `${name} (${Object.entries(value)
          .map(([key, setting]) => `${key} ${JSON.stringify(setting)}`)
          .join(', ')})`
      : `${name} ${JSON.stringify(value)}`,
  );
  return parts.length === 0 ? 'none' : parts.join(', ');
}

function sentenceOf({ counts, classes, trainClassCounts }: DataFacts): string {
  const images = `${formatCount(counts.train)} images to learn from, ${formatCount(counts.validation)} to watch and ${formatCount(counts.test)} to be judged on, in ${plural(classes.length, 'class', 'classes')}`;
  const [most, least] = [Math.max(...trainClassCounts), Math.min(...trainClassCounts)];
  if (trainClassCounts.length === 0 || most === 0) return `${images}.`;
  const name = (count: number): string => quoted(classes[trainClassCounts.indexOf(count)] ?? '');
  const share = (count: number): string => percent(count / counts.train, 1);
  if (most === least) return `${images}, equally many of each.`;
  const spread =
    most / least < 1.5 || least === 0
      ? 'fairly evenly spread'
      : `${(most / least).toFixed(1)} times as many of the largest as of the smallest`;
  if (least === 0) return `${images}; of ${name(least)} there is not one to learn from.`;
  return `${images}, ${spread}: from ${share(least)} for ${name(least)} to ${share(most)} for ${name(most)}.`;
}

export function dataView(facts: DataFacts): DataView {
  const { counts, classes, trainClassCounts, imageShape, scaling, augmentation } = facts;
  const most = Math.max(1, ...trainClassCounts);
  return {
    sentence: sentenceOf(facts),
    splits: (['train', 'validation', 'test'] as const).map((name) => ({ name, count: counts[name] })),
    classes: trainClassCounts.map((count, i) => ({
      name: classes[i] ?? String(i),
      count,
      width: Number(((count / most) * 100).toFixed(2)),
    })),
    facts: [
      { label: 'Image', value: imageShape.join(' × ') },
      { label: 'Scaling', value: scaling },
      { label: 'Augmentation', value: describeAugmentation(augmentation) },
    ],
  };
}
