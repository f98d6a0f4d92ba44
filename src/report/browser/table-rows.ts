/**
 * The rows of the table that are in the document. A row stays, and in it whatever says the same as before: a text that is
 * marked in it or the focus is not lost to whoever reads it. Owns no order.
 */

export class TableRows {
  readonly #rows = new Map<number, HTMLTableRowElement>();
  /** As they were when it was last said that they may say something else. */
  readonly #before = new Map<number, HTMLTableRowElement>();

  get(run: number): HTMLTableRowElement | undefined {
    return this.#rows.get(run);
  }

  /** What they say may have changed. */
  renew(): void {
    for (const [run, row] of this.#rows) this.#before.set(run, row);
    this.#rows.clear();
  }

  /** Lets go of all but these. */
  keep(runs: readonly number[]): void {
    const kept = new Set(runs);
    for (const rows of [this.#rows, this.#before])
      for (const run of rows.keys()) if (!kept.has(run)) rows.delete(run);
  }

  /** @param make makes it, where it isn't there yet or may have changed */
  row(run: number, make: () => HTMLTableRowElement): HTMLTableRowElement {
    let row = this.#rows.get(run);
    if (row !== undefined) return row;
    row = make();
    const before = this.#before.get(run);
    if (before?.cells.length === row.cells.length) row = takeOver(before, row);
    this.#before.delete(run);
    this.#rows.set(run, row);
    return row;
  }

  /** Tab leads to this one. */
  markReachable(reachable: number | undefined): void {
    for (const [run, row] of this.#rows) row.tabIndex = run === reachable ? 0 : -1;
  }

  markHovered(hovered: number | undefined): void {
    for (const [run, row] of this.#rows) row.classList.toggle('hovered', run === hovered);
  }
}

/** The row as it was, with what is new of the other; what is said of its place is whose the place is. */
function takeOver(before: HTMLTableRowElement, now: HTMLTableRowElement): HTMLTableRowElement {
  before.className = now.className;
  takeOverChildren(before, now);
  return before;
}

function takeOverChildren(before: HTMLElement, now: HTMLElement): void {
  const [old, wanted] = [[...before.childNodes], [...now.childNodes]];
  if (old.map(({ nodeName }) => nodeName).join() !== wanted.map(({ nodeName }) => nodeName).join()) {
    before.replaceChildren(...wanted);
    return;
  }
  for (const [i, node] of old.entries()) {
    const like = wanted[i]!;
    if (node.isEqualNode(like)) continue;
    if (!(node instanceof HTMLElement && like instanceof HTMLElement)) {
      node.nodeValue = like.nodeValue;
      continue;
    }
    for (const { name } of [...node.attributes]) if (!like.hasAttribute(name)) node.removeAttribute(name);
    // Styles as text are what the live page's policy refuses.
    for (const { name, value } of like.attributes)
      if (name === 'style') node.style.cssText = like.style.cssText;
      else node.setAttribute(name, value);
    takeOverChildren(node, like);
  }
}
