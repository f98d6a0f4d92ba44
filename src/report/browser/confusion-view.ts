/** The confusion matrices of the two chosen runs and what differs between them. */
import { confusionDifference } from '../comparison/statistics/confusion-difference.js';
import { make, sizeCanvas, themeColour } from './dom.js';
import { evaluatedRuns, judgedPair, type JudgedRun } from './evaluations.js';
import { makePairPicker } from './pair-picker.js';
import type { SelectionStore } from './selection-store.js';
import { View } from './view.js';

/** More classes than this have no room for numbers: one picture instead of a table. */
const mostInTable = 14;
const strengths = 9;

export class ConfusionView extends View {
  readonly #body = make('div', { class: 'matrices' });
  readonly #sentence = make('p', { class: 'hint', 'aria-live': 'polite' });

  constructor(element: HTMLElement, store: SelectionStore) {
    super(element, store, ['pair']);
    const known = new Set(evaluatedRuns(this.data));
    if (known.size > 1) element.append(makePairPicker(store, (run) => known.has(run)));
    element.append(this.#sentence, this.#body);
  }

  protected draw(): void {
    const [a, b] = judgedPair(this.data, this.store.pair);
    if (a === undefined) return;
    const matrices = [this.#card('A', a, a.evaluation.confusion, false)];
    this.#sentence.textContent = '';
    if (b !== undefined) {
      matrices.push(this.#card('B', b, b.evaluation.confusion, false));
      const difference = confusionDifference(
        { classes: a.classes, confusion: a.evaluation.confusion },
        { classes: b.classes, confusion: b.evaluation.confusion },
      );
      if (difference === undefined) this.#sentence.textContent = 'The two tell different classes apart.';
      else {
        this.#sentence.textContent =
          a.run === b.run ? 'A and B are the same run: choose another.' : difference.sentence;
        matrices.push(this.#card('B less A', b, difference.counts, true));
      }
    }
    this.#body.replaceChildren(...matrices);
  }

  #card(
    title: string,
    { run, classes }: JudgedRun,
    counts: readonly number[],
    isDifference: boolean,
  ): HTMLElement {
    const name = isDifference ? 'blue: more often in B, orange: less' : this.data.name(run);
    return make(
      'figure',
      { class: 'card matrix' },
      make('figcaption', {}, make('b', { text: title }), make('span', { text: name })),
      classes.length <= mostInTable
        ? table(classes, counts, isDifference, `Confusion ${title} ${name}`)
        : picture(classes.length, counts, isDifference, `Confusion matrix ${title}, ${name}`),
    );
  }
}

/** By cell: what colours it and how strongly, from 0 to 1 of its row (of the greatest difference). */
function heatOf(size: number, counts: readonly number[], isDifference: boolean) {
  const most = isDifference
    ? Math.max(1, ...counts.map(Math.abs))
    : Math.max(1, ...counts.filter((_, i) => Math.floor(i / size) !== i % size));
  return counts.map((count, i) => {
    const onDiagonal = Math.floor(i / size) === i % size;
    const kind = isDifference ? (count > 0 ? 'right' : 'wrong') : onDiagonal ? 'right' : 'wrong';
    // The diagonal is hundreds of times the rest: it has a scale of its own.
    const sum =
      isDifference || !onDiagonal
        ? most
        : counts.slice(i - (i % size), i - (i % size) + size).reduce((a, b) => a + b, 0);
    return { kind, heat: sum === 0 ? 0 : Math.sqrt(Math.abs(count) / sum) } as const;
  });
}

function table(
  classes: readonly string[],
  counts: readonly number[],
  isDifference: boolean,
  label: string,
): HTMLElement {
  const heat = heatOf(classes.length, counts, isDifference);
  const head = make(
    'tr',
    {},
    make('td', { class: 'corner', text: 'true ↓ said →' }),
    ...classes.map((name) => make('th', { scope: 'col', text: name })),
  );
  const rows = classes.map((name, row) =>
    make(
      'tr',
      {},
      make('th', { scope: 'row', text: name }),
      ...classes.map((_, column) => {
        const i = row * classes.length + column;
        const { kind, heat: share } = heat[i]!;
        const count = counts[i]!;
        const text =
          count === 0 ? '' : isDifference && count > 0 ? `+${count}` : String(count).replace('-', '−');
        const level = count === 0 ? 0 : Math.max(1, Math.round(share * strengths));
        return make('td', { class: `${kind} level-${level}`, text });
      }),
    ),
  );
  return make(
    'div',
    { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': label },
    make('table', { class: 'confusion' }, make('thead', {}, head), make('tbody', {}, ...rows)),
  );
}

function picture(size: number, counts: readonly number[], isDifference: boolean, label: string): HTMLElement {
  const canvas = make('canvas', { class: 'matrix-picture', role: 'img', 'aria-label': label });
  const side = Math.max(2, Math.floor(320 / size));
  const context = sizeCanvas(canvas, side * size, side * size);
  for (const [i, { kind, heat }] of heatOf(size, counts, isDifference).entries()) {
    if (counts[i] === 0) continue;
    context.globalAlpha = 0.15 + 0.85 * heat;
    context.fillStyle = themeColour(kind === 'right' ? '--series-0' : '--series-1');
    context.fillRect((i % size) * side, Math.floor(i / size) * side, side, side);
  }
  return canvas;
}
