/** The page's data with what views ask of it: columns by key, ranks, curves, texts. Never changes: what grows is made anew. */
import type {
  CategoryColumn,
  NumberColumn,
  PageColumn,
  PageData,
  PageDetails,
  PageRest,
} from '../comparison/page-data.js';
import type { CurveSource, DrawnCurve } from './curve-source.js';
import { formatNumber } from './format.js';

export class RunData {
  readonly count: number;
  readonly objective: NumberColumn | undefined;
  readonly parameters: readonly PageColumn[];
  readonly #columns: ReadonlyMap<string, PageColumn>;
  readonly #ranks = new Map<string, Float64Array>();
  readonly #texts: (string | undefined)[] = [];
  readonly #readRest: () => PageRest;
  #rest: PageRest | undefined;
  #details: ReadonlyMap<number, PageDetails> | undefined;

  /** @param readRest called when the rest is first asked for: the table is there before it */
  constructor(
    readonly page: PageData,
    readonly curves: CurveSource,
    readRest: () => PageRest,
  ) {
    this.#readRest = readRest;
    this.count = page.runs.ids.length;
    this.#columns = new Map(page.columns.map((column) => [column.key, column]));
    this.objective = this.numberColumn(page.objective.column);
    // The most important first, where importance is known.
    const shares = new Map(page.importance.map(({ column, share }) => [column, share]));
    this.parameters = page.columns
      .filter(({ parameter }) => parameter)
      .sort((a, b) => (shares.get(b.key) ?? 0) - (shares.get(a.key) ?? 0));
  }

  /** Whether the page has views of two runs side by side. */
  get hasPairs(): boolean {
    return this.page.pair !== null;
  }

  get rest(): PageRest {
    return (this.#rest ??= this.#readRest());
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
    this.#details ??= new Map(this.rest.details.map((details) => [details.run, details]));
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
    return this.curves.curve(run, metric);
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
