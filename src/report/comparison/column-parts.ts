/** What the columns of a comparison and those of a sweep under way are made of. Runs in Node and in browsers. */
import type { Objective } from '../../core/sweep-events.js';
import type { CategoryColumn, NumberColumn } from './page-data.js';

export function metricColumn(metric: string): string {
  return `metric:${metric}`;
}

/** How a metric's numbers are written, and which way is better: as an objective says, else by the words in its name. */
export function metricFacts(
  metric: string,
  objectives: readonly Objective[],
): Pick<NumberColumn, 'format' | 'goal'> {
  const goal =
    objectives.find((objective) => objective.metric === metric)?.goal ??
    (/accuracy|f1|precision|recall|auc/i.test(metric)
      ? 'maximize'
      : /loss|error/i.test(metric)
        ? 'minimize'
        : null);
  const format = /accuracy/i.test(metric)
    ? 'percent'
    : /parameters|epochs|^epoch$|count/i.test(metric)
      ? 'count'
      : /seconds/i.test(metric)
        ? 'seconds'
        : 'decimal';
  return { format, goal };
}

/** Different texts in the order in which they come, and by run the place of its own. */
export function categoriesOf(
  texts: readonly (string | undefined)[],
): Pick<CategoryColumn, 'categories' | 'values'> {
  const places = new Map<string, number>();
  const values = texts.map((text) => {
    if (text === undefined) return -1;
    if (!places.has(text)) places.set(text, places.size);
    return places.get(text)!;
  });
  return { categories: [...places.keys()], values };
}
