/** Networks side by side: layers from input to output, their sizes, parameters and what the run reached. */
import type { LayerFacts } from '../artifact-facts.js';
import { categoryColour } from './colours.js';
import { make, makeSvg } from './dom.js';
import { formatNumber } from './format.js';
import type { SelectionStore } from './selection-store.js';
import { View } from './view.js';

const firstShown = 4;
const [layerHeight, layerGap, diagramWidth] = [30, 12, 250];

export class ArchitecturesView extends View {
  readonly #cards = make('div', { class: 'architectures' });
  readonly #chosen: Set<number>;
  /** Of all networks, so that a colour means the same in each. */
  readonly #types: readonly string[];

  constructor(element: HTMLElement, store: SelectionStore) {
    super(element, store, ['colour']);
    const runs = this.data.rest.details.flatMap(({ run, model }) => (model === null ? [] : [run]));
    // The best of each network first: ten times the same picture tells nothing.
    const seen = new Set<string>();
    const different = runs.filter((run) => {
      const key = JSON.stringify(this.data.details(run)?.model);
      return !seen.has(key) && seen.add(key);
    });
    this.#chosen = new Set(
      [...different, ...runs.filter((run) => !different.includes(run))].slice(0, firstShown),
    );
    this.#types = [
      ...new Set(this.data.rest.details.flatMap(({ model }) => model?.layers.map(({ type }) => type) ?? [])),
    ].sort();
    const boxes = runs.map((run) => {
      const box = make('input', { type: 'checkbox' });
      box.checked = this.#chosen.has(run);
      box.addEventListener('change', () => {
        if (box.checked) this.#chosen.add(run);
        else this.#chosen.delete(run);
        this.invalidate();
      });
      return make('label', { class: 'check' }, box, make('span', { text: this.data.name(run) }));
    });
    element.append(
      make(
        'fieldset',
        { class: 'checks' },
        make('legend', { class: 'visually-hidden', text: 'Runs whose networks are shown' }),
        ...boxes,
      ),
      make(
        'div',
        { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Networks side by side' },
        this.#cards,
      ),
    );
  }

  protected draw(): void {
    this.#cards.replaceChildren(
      ...[...this.#chosen]
        .sort((a, b) => a - b)
        .flatMap((run) => {
          const model = this.data.details(run)?.model;
          return model === null || model === undefined ? [] : [this.#card(run, model.name, model.layers)];
        }),
    );
  }

  #card(run: number, name: string, layers: readonly LayerFacts[]): HTMLElement {
    const total = layers.reduce((sum, { parameters }) => sum + parameters, 0);
    const accuracy = this.data.numberColumn('metric:accuracy') ?? this.data.objective;
    const fact = (label: string, value: string) =>
      make('div', {}, make('dt', { text: label }), make('dd', { text: value }));
    return make(
      'article',
      { class: 'card architecture', 'aria-label': `Network of ${this.data.name(run)}` },
      make('h3', { text: this.data.name(run) }),
      make('p', { class: 'hint', text: name }),
      make(
        'dl',
        { class: 'facts' },
        ...(accuracy === undefined ? [] : [fact(accuracy.label, this.data.text(accuracy, run))]),
        fact('parameters', formatNumber(total, 'count')),
        fact('layers', String(layers.length)),
      ),
      diagram(layers, total, this.#types),
    );
  }
}

/** As much of a layer's type as its shape leaves room for. */
function fitted(type: string, shape: string): string {
  const room = Math.floor((180 - 6.4 * shape.length) / 6.7);
  return type.length > room ? `${type.slice(0, room - 1)}…` : type;
}

function diagram(layers: readonly LayerFacts[], total: number, types: readonly string[]): SVGSVGElement {
  const height = layers.length * (layerHeight + layerGap) - layerGap + 4;
  const place = new Map(layers.map(({ name }, i) => [name, i]));
  const top = (i: number) => i * (layerHeight + layerGap) + 2;
  const edges = layers.flatMap(({ inputs }, i) =>
    inputs.flatMap((input) => {
      const from = place.get(input);
      if (from === undefined) return [];
      const [y0, y1] = [top(from) + layerHeight, top(i)];
      // Only neighbours are joined straight; others go around at the right.
      const d =
        i === from + 1
          ? `M104 ${y0}V${y1}`
          : `M208 ${y0 - layerHeight / 2}C238 ${y0 - layerHeight / 2} 238 ${y1 + layerHeight / 2} 208 ${y1 + layerHeight / 2}`;
      return [makeSvg('path', { class: 'layer-edge', d })];
    }),
  );
  const boxes = layers.map(({ name, type, outputShape, parameters }, i) => {
    const share = total === 0 ? 0 : parameters / total;
    const box = makeSvg('rect', {
      class: 'layer-box',
      x: 0,
      y: top(i),
      width: 208,
      height: layerHeight,
      rx: 7,
    });
    const bar = makeSvg('rect', { x: 0, y: top(i), width: 5, height: layerHeight, rx: 2.5 });
    bar.style.fill = categoryColour(types.indexOf(type));
    const weight = makeSvg('rect', {
      class: 'layer-weight',
      x: 5,
      y: top(i) + layerHeight - 3,
      width: 203 * share,
      height: 3,
    });
    const shape = outputShape.join('×');
    return makeSvg(
      'g',
      {},
      makeSvg('title', {
        text: `${name}: ${type}, ${outputShape.join(' × ')}, ${formatNumber(parameters, 'count')} parameters`,
      }),
      box,
      weight,
      bar,
      makeSvg('text', { class: 'layer-type', x: 14, y: top(i) + 19, text: fitted(type, shape) }),
      makeSvg('text', {
        class: 'layer-shape',
        x: 200,
        y: top(i) + 19,
        'text-anchor': 'end',
        text: shape,
      }),
    );
  });
  const words = layers
    .map(({ name, type, parameters }) => `${name} (${type}, ${parameters} parameters)`)
    .join(', ');
  return makeSvg(
    'svg',
    {
      class: 'layer-diagram',
      viewBox: `0 0 ${diagramWidth} ${height}`,
      width: diagramWidth,
      height,
      role: 'img',
      'aria-label': words,
    },
    ...edges,
    ...boxes,
  );
}
