/** The page's data with what views ask of it: columns by key, ranks, curves (read when first asked for), texts. */
import type {
  CategoryColumn,
  NumberColumn,
  PageColumn,
  PageData,
  PageDetails,
} from '../comparison/page-data.js';
import { dequantise, unpackSteps } from './decode.js';
import { formatNumber } from './format.js';

export interface DrawnCurve {
  readonly epochs: Float64Array;
  readonly steps: Float64Array;
  readonly seconds: Float64Array;
  readonly values: Float64Array;
}

export class RunData {
  readonly count: number;
  readonly objective: NumberColumn | undefined;
  readonly parameters: readonly PageColumn[];
  readonly #columns: ReadonlyMap<string, PageColumn>;
  readonly #curves = new Map<string, DrawnCurve | undefined>();
  readonly #ranks = new Map<string, Float64Array>();
  readonly #texts: (string | undefined)[] = [];
  readonly #details: ReadonlyMap<number, PageDetails>;

  constructor(readonly page: PageData) {
    this.count = page.runs.ids.length;
    this.#columns = new Map(page.columns.map((column) => [column.key, column]));
    this.#details = new Map(page.details.map((details) => [details.run, details]));
    this.objective = this.numberColumn(page.objective.column);
    // The most important first, where importance is known.
    const shares = new Map(page.importance.map(({ column, share }) => [column, share]));
    this.parameters = page.columns
      .filter(({ parameter }) => parameter)
      .sort((a, b) => (shares.get(b.key) ?? 0) - (shares.get(a.key) ?? 0));
  }

  column(key: string): PageColumn | undefined {
    return this.#columns.get(key);
  }

  numberColumn(key: string): NumberColumn | undefined {
    const column = this.#columns.get(key);
    return column?.kind === 'number' ? column : undefined;
  }

  name(run: number): string {
    return this.page.runs.names[run] ?? '';
  }

  details(run: number): PageDetails | undefined {
    return this.#details.get(run);
  }

  /** A run's value in words. */
  text(column: PageColumn, run: number): string {
    if (column.kind === 'number') return formatNumber(column.values[run] ?? null, column.format);
    return categoryOf(column, run) ?? '–';
  }

  /** Everything a search looks through, in small letters. */
  searchText(run: number): string {
    return (this.#texts[run] ??= [
      this.page.runs.ids[run]!,
      this.name(run),
      this.page.runs.reasons[run] ?? '',
      ...this.page.columns.map((column) =>
        column.kind === 'category' ? (categoryOf(column, run) ?? '') : '',
      ),
    ]
      .join('\n')
      .toLowerCase());
  }

  /** Each run's place between worst (0) and best (1) by its rank; NaN where it has no value. */
  ranks(column: NumberColumn): Float64Array {
    let ranks = this.#ranks.get(column.key);
    if (ranks === undefined) {
      const order = column.values
        .flatMap((value, run) => (value === null ? [] : [run]))
        .sort((a, b) => column.values[a]! - column.values[b]!);
      ranks = new Float64Array(this.count).fill(NaN);
      for (const [place, run] of order.entries()) {
        const rank = order.length === 1 ? 1 : place / (order.length - 1);
        ranks[run] = column.goal === 'minimize' ? 1 - rank : rank;
      }
      this.#ranks.set(column.key, ranks);
    }
    return ranks;
  }

  curve(run: number, metric: number): DrawnCurve | undefined {
    const key = `${run}/${metric}`;
    if (!this.#curves.has(key)) this.#curves.set(key, this.#readCurve(run, metric));
    return this.#curves.get(key);
  }

  #readCurve(run: number, metric: number): DrawnCurve | undefined {
    for (const group of this.page.curves[run] ?? [])
      for (const [place, values] of group.curves)
        if (place === metric)
          return {
            epochs: unpackSteps(group.epochs),
            steps: unpackSteps(group.steps),
            seconds: dequantise(group.seconds),
            values: dequantise(values),
          };
    return undefined;
  }
}

function categoryOf(column: CategoryColumn, run: number): string | undefined {
  return column.categories[column.values[run] ?? -1];
}

/**
 * The ends of an axis for numbers: far outliers on the bad side would squeeze all others into a line, so they are drawn
 * at the edge. Tukey's outer fence (1977).
 */
export function robustDomain({ values, goal }: Pick<NumberColumn, 'values' | 'goal'>): [number, number] {
  const sorted = values.filter((value): value is number => value !== null).sort((a, b) => a - b);
  if (sorted.length === 0) return [0, 1];
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))]!;
  let [low, high] = [sorted[0]!, sorted.at(-1)!];
  const fence = 3 * (at(0.75) - at(0.25));
  if (goal === 'maximize' && sorted.length > 8) low = Math.max(low, at(0.25) - fence);
  if (goal === 'minimize' && sorted.length > 8) high = Math.min(high, at(0.75) + fence);
  if (low === high) [low, high] = [low - Math.abs(low || 1) * 0.05, high + Math.abs(high || 1) * 0.05];
  return [low, high];
}
