/**
 * What is typed into the filter box: words that must occur, and comparisons (`accuracy > 0.98`, `kind = adam`,
 * `batchSize != 64`, `learningRate 1e-4..1e-2`). A leading minus turns a word around. All of them must hold.
 */
import { numberOf } from '../comparison/statistics/number-text.js';

export type FilterTerm =
  | { readonly kind: 'word'; readonly text: string; readonly not: boolean }
  | {
      readonly kind: 'comparison';
      readonly field: string;
      readonly operator: Operator;
      readonly value: string;
    };

type Operator = '<' | '<=' | '>' | '>=' | '=' | '!=' | '..';

export interface FilterColumn {
  readonly key: string;
  readonly label: string;
}

const comparison = /([\w.:\-/]+)\s*(<=|>=|!=|=|<|>)(?!=)\s*("[^"]*"|[^\s]+)/g;
/** A comparison that is still being typed: nothing stands after the sign, or a text that is not closed. */
const unfinished = /[\w.:\-/]+\s*(?:<=|>=|!=|=|<|>)\s*(?:"[^"]*)?$/;
const range = /([\w.:\-/]+)\s+(-?[\d.]+(?:e-?\d+)?)\.\.(-?[\d.]+(?:e-?\d+)?)/gi;

export function parseFilter(text: string): readonly FilterTerm[] {
  const terms: FilterTerm[] = [];
  const rest = text
    .replace(unfinished, ' ')
    .replace(range, (_, field: string, low: string, high: string) => {
      terms.push({ kind: 'comparison', field, operator: '..', value: `${low}..${high}` });
      return ' ';
    })
    .replace(comparison, (_, field: string, operator: string, value: string) => {
      terms.push({
        kind: 'comparison',
        field,
        operator: operator as Operator,
        value: value.replace(/^"(.*)"$/, '$1'),
      });
      return ' ';
    });
  for (const [, sign, quoted, word] of rest.matchAll(/(-?)(?:"([^"]*)"|(\S+))/g)) {
    const text = (quoted ?? word ?? '').toLowerCase();
    // A minus alone is a word that is still being typed.
    if (text !== '' && text !== '-') terms.push({ kind: 'word', text, not: sign === '-' });
  }
  return terms;
}

/** The column that a name means: its key or label, or the end of one (`learningRate`). */
export function findColumn<C extends FilterColumn>(columns: readonly C[], field: string): C | undefined {
  const wanted = field.toLowerCase();
  const names = (column: C) => [column.key.toLowerCase(), column.label.toLowerCase()];
  return (
    columns.find((column) => names(column).includes(wanted)) ??
    columns.find((column) => names(column).some((name) => name.endsWith(`.${wanted}`)))
  );
}

/**
 * Whether a value (null: has none) is as the comparison says: by number where both are numbers, however they are written, for a
 * setting with two different numbers has them as texts. A percentage may be written with its sign.
 */
export function holds(operator: Operator, value: number | string | null, wanted: string): boolean {
  if (value === null) return operator === '!=';
  const number = typeof value === 'number' ? value : numberOf(value);
  const other = wanted.endsWith('%') ? numberOf(wanted.slice(0, -1)) / 100 : numberOf(wanted);
  const same = () => number === other || String(value).toLowerCase() === wanted.toLowerCase();
  // Nothing is less or more than what is no number.
  switch (operator) {
    case '<':
      return number < other;
    case '<=':
      return number <= other;
    case '>':
      return number > other;
    case '>=':
      return number >= other;
    case '=':
      return same();
    case '!=':
      return !same();
    case '..': {
      const [low = NaN, high = NaN] = wanted.split('..').map(numberOf);
      return number >= low && number <= high;
    }
  }
}
