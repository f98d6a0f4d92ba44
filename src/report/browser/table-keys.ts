/** Which row a key leads to. What the other keys of the table do is the table's own. */

/** The row's place among `count`, from the one at `at`; undefined where the key isn't one that moves. */
export function rowAfterKey(key: string, at: number, page: number, count: number): number | undefined {
  const moves: Partial<Record<string, number>> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    PageDown: at + page,
    PageUp: at - page,
    Home: 0,
    End: count - 1,
  };
  const to = moves[key];
  return to === undefined ? undefined : Math.min(count - 1, Math.max(0, to));
}
