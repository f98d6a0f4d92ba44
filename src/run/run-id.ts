/** Names of runs: sortable within an experiment, unique without a registry, safe as a folder's name. */
import { randomBytes } from 'node:crypto';

/** `quickstart-20261123-094105-3f9a` (UTC). Of the experiment's name only letters, digits, `_` and `-` stay, 60 at most. */
export function makeRunId(experiment: string, now: Date): string {
  const name =
    experiment
      .replaceAll(/[^A-Za-z0-9_-]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 60) || 'run';
  const stamp = now.toISOString().replaceAll(/[-:]/g, '').replace('T', '-').slice(0, 15);
  return `${name}-${stamp}-${randomBytes(2).toString('hex')}`;
}
