/**
 * How TanStack Virtual learns of a box that scrolls: its own ways ask for its size and scroll it at once, which has the
 * browser lay out the whole page several times before it is first seen.
 */
import { elementScroll, type Virtualizer } from '@tanstack/virtual-core';

type List = Virtualizer<HTMLDivElement, HTMLTableRowElement>;

export const scrolledBox = {
  /** About what most have, until the first picture tells. */
  initialRect: { width: 0, height: 576 },

  observeElementRect(list: List, tell: (rect: { width: number; height: number }) => void): () => void {
    const observer = new ResizeObserver((entries) => {
      const size = entries.at(-1)?.borderBoxSize[0];
      if (size !== undefined)
        tell({ width: Math.round(size.inlineSize), height: Math.round(size.blockSize) });
    });
    if (list.scrollElement !== null) observer.observe(list.scrollElement);
    return () => observer.disconnect();
  },

  scrollToFn(offset: number, options: Parameters<typeof elementScroll>[1], list: List): void {
    // It begins at its top.
    if (offset === 0 && (list.scrollOffset ?? 0) === 0) return;
    elementScroll(offset, options, list);
  },
};
