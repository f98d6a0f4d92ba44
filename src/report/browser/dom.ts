/** Elements made in few words, and the colours of the page's theme. Knows nothing of runs. */

type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;
type Child = Node | string;

function fill<E extends Element>(node: E, attributes: Attributes, children: readonly Child[]): E {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    if (name === 'text') node.textContent = String(value);
    else node.setAttribute(name, value === true ? '' : String(value));
  }
  node.append(...children);
  return node;
}

/** An HTML element; `text` among the attributes is its text. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  return fill(document.createElement(tag), attributes, children);
}

export function makeSvg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[K] {
  return fill(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);
}

/**
 * Makes `children` all that is in `parent`. What was there before stays attached, and with it the focus; what goes, goes
 * last, so that a box that scrolls is at no moment too short for where it is.
 */
export function arrangeChildren(parent: HTMLElement, children: readonly HTMLElement[]): void {
  const wanted = new Set<Element>(children);
  let at = parent.firstElementChild;
  for (const child of children) {
    while (at !== null && !wanted.has(at)) at = at.nextElementSibling;
    if (at === child) at = at.nextElementSibling;
    else parent.insertBefore(child, at);
  }
  for (const one of [...parent.children]) if (!wanted.has(one)) one.remove();
}

export function makeButton(text: string, className: string, onClick: () => void): HTMLButtonElement {
  const button = make('button', { type: 'button', class: className, text });
  button.addEventListener('click', onClick);
  return button;
}

/** A button that is pressed or not. */
export function makeToggle(
  text: string,
  pressed: boolean,
  onChange: (pressed: boolean) => void,
): HTMLButtonElement {
  const button = makeButton(text, 'tool', () => {
    const now = button.getAttribute('aria-pressed') !== 'true';
    button.setAttribute('aria-pressed', String(now));
    onChange(now);
  });
  button.setAttribute('aria-pressed', String(pressed));
  return button;
}

export interface Choice {
  readonly value: string;
  readonly label: string;
  readonly group?: string | undefined;
}

/** A labelled list to choose from; where there are groups, under their headings. */
export function makeSelect(
  label: string,
  choices: readonly Choice[],
  value: string,
  onChange: (value: string) => void,
): { readonly box: HTMLLabelElement; readonly select: HTMLSelectElement } {
  const select = make('select');
  fillSelect(select, choices, value);
  select.addEventListener('change', () => onChange(select.value));
  return { box: make('label', { class: 'pick' }, make('span', { text: label }), select), select };
}

export function fillSelect(select: HTMLSelectElement, choices: readonly Choice[], value: string): void {
  const groups = new Map<string, HTMLElement>();
  select.replaceChildren();
  for (const choice of choices) {
    const option = make('option', { value: choice.value, text: choice.label });
    if (choice.group === undefined) select.append(option);
    else {
      let group = groups.get(choice.group);
      if (group === undefined) {
        groups.set(choice.group, (group = make('optgroup', { label: choice.group })));
        select.append(group);
      }
      group.append(option);
    }
  }
  select.value = value;
}

const colours = new Map<string, string>();

/** The computed value of a custom property, `light-dark()` resolved; remembered until the theme changes. */
export function themeColour(name: string): string {
  let value = colours.get(name);
  if (value === undefined) {
    const probe = make('span');
    probe.style.color = `var(${name})`;
    document.body.append(probe);
    value = getComputedStyle(probe).color;
    probe.remove();
    colours.set(name, value);
  }
  return value;
}

export function forgetColours(): void {
  colours.clear();
}

/** Whether the page is dark now; paper never is. */
export function isDark(): boolean {
  return (
    document.documentElement.dataset['theme'] !== 'light' &&
    matchMedia('(prefers-color-scheme: dark)').matches
  );
}

/** While the page is laid out for paper, which is as wide as paper is. */
export function isOnPaper(): boolean {
  return document.documentElement.classList.contains('on-paper');
}

/** Sizes a canvas for the screen's pixels; drawing is in CSS pixels from then on. */
export function sizeCanvas(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
): CanvasRenderingContext2D {
  const ratio = isOnPaper() ? 2 : Math.min(2, window.devicePixelRatio || 1);
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w;
    canvas.height = h;
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
  }
  // Drawn by the processor: thousands of thin lines are not what graphics processors are quick at, least of all missing ones.
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

/** A table behind a disclosure, filled when it is first opened: what a chart tells, in words. */
export function makeTextAlternative(
  summary: string,
  headings: readonly string[],
  rows: () => readonly (readonly string[])[],
): HTMLDetailsElement {
  const details = make('details', { class: 'alternative' }, make('summary', { text: summary }));
  details.addEventListener('toggle', () => {
    details.querySelector('.scroll')?.remove();
    if (!details.open) return;
    const body = make('tbody');
    for (const [first = '', ...others] of rows())
      body.append(
        make(
          'tr',
          {},
          make('th', { scope: 'row', text: first }),
          ...others.map((text) => make('td', { text })),
        ),
      );
    const head = make('tr', {}, ...headings.map((text) => make('th', { scope: 'col', text })));
    details.append(
      make(
        'div',
        { class: 'scroll alternative-box', tabindex: 0, role: 'region', 'aria-label': summary },
        make('table', { class: 'numbers' }, make('thead', {}, head), body),
      ),
    );
  });
  return details;
}
