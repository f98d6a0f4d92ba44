/** What happens to a sweep from outside: somebody wants it to stop, its time is up, and a second has gone by. */

export interface Watched {
  readonly signal: AbortSignal;
  /** That are left; absent: any number. */
  readonly seconds: number | undefined;
  readonly end: (reason: 'interrupted' | 'time') => void;
  /** Once a second. */
  readonly tick: () => void;
}

const tickMilliseconds = 1000;
/** Longer timers (24 days) overflow and fire at once, and nobody sits through them. */
export const longestTimerMilliseconds = 2 ** 31 - 1;

/** Returns what stops it. What is so already is told at once. */
export function watchClock({ signal, seconds = Infinity, end, tick }: Watched): () => void {
  const onAbort = (): void => end('interrupted');
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  if (seconds <= 0) end('time');
  const milliseconds = seconds * 1000;
  const timer =
    milliseconds > 0 && milliseconds <= longestTimerMilliseconds
      ? setTimeout(() => end('time'), milliseconds)
      : undefined;
  const ticking = setInterval(tick, tickMilliseconds);
  return () => {
    signal.removeEventListener('abort', onAbort);
    clearTimeout(timer);
    clearInterval(ticking);
  };
}
