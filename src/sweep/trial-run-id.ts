/** The ids of trials' runs: sortable within a sweep, and never the same, however many trials begin in one second. */

/** `architectures-20261125-094105-t0007` (UTC, when it was proposed). */
export function trialRunId(sweep: string, number: number, now: Date): string {
  const name =
    sweep
      .replaceAll(/[^A-Za-z0-9_-]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 60) || 'sweep';
  const stamp = now.toISOString().replaceAll(/[-:]/g, '').replace('T', '-').slice(0, 15);
  return `${name}-${stamp}-t${String(number).padStart(4, '0')}`;
}
