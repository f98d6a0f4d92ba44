/**
 * Sees to it that a sweep is run by one process at a time. A claim holds as long as its process lives; where that can't
 * be known (another machine, a container that is gone), as long as it was seen lately.
 */
import { failed, ok, type Result } from '../core/problem.js';
import type { Database } from './database.js';
import { interruptSweep } from './interrupted-runs.js';
import { processIdentity, processState, type ProcessIdentity } from './process-identity.js';

/** How often a process that runs a sweep says that it is there. */
export const seenMilliseconds = 15_000;
/** After this long without a word, a process of which nothing can be known counts as gone. */
const silentMilliseconds = 8 * seenMilliseconds;

interface Claim extends ProcessIdentity {
  readonly seen: number;
}

function isHeld(claim: Claim): boolean {
  const state = processState(claim);
  return state === 'unknown' ? Date.now() - claim.seen < silentMilliseconds : state === 'alive';
}

function isOurs({ host, pid, process }: ProcessIdentity): boolean {
  const ours = processIdentity();
  return host === ours.host && pid === ours.pid && process === ours.process;
}

/**
 * Takes the sweep for this process; what another one that is gone left running is marked interrupted. Taking it a second
 * time changes nothing. Problem: `sweep-running`.
 */
export function claimSweep(database: Database, name: string): Result<void> {
  return database
    .transaction((): Result<void> => {
      const claim = database
        .prepare<[string], Claim>('SELECT host, pid, process, seen FROM sweep_claims WHERE name = ?')
        .get(name);
      if (claim !== undefined && !isOurs(claim) && isHeld(claim)) return running(name, claim);
      const left = database
        .prepare<[string], number>(`SELECT number FROM sweeps WHERE name = ? AND status = 'running'`)
        .pluck()
        .get(name);
      if (left !== undefined && !(claim !== undefined && isOurs(claim))) interruptSweep(database, left);
      putClaim(database, name, processIdentity());
      return ok(undefined);
    })
    .immediate();
}

function running(name: string, { host, pid }: Claim): Result<void> {
  const elsewhere = host === processIdentity().host ? '' : ` on ${host}`;
  return failed({
    code: 'sweep-running',
    message: `expected sweep ${JSON.stringify(name)} to be run by one process at a time, got a second one: process ${pid}${elsewhere} is running it`,
    fix: `wait for it (\`assay status ${name}\` tells how far it is), or stop it${elsewhere}: kill ${pid}`,
  });
}

/** To be called in a transaction, or as one statement. */
export function putClaim(database: Database, name: string, { host, pid, process }: ProcessIdentity): void {
  database
    .prepare(
      `INSERT INTO sweep_claims (name, host, pid, process, seen) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (name) DO UPDATE SET host = excluded.host, pid = excluded.pid, process = excluded.process,
         seen = excluded.seen`,
    )
    .run(name, host, pid, process, Date.now());
}

/** Says that the process is still there. */
export function renewClaim(database: Database, name: string): void {
  database.prepare('UPDATE sweep_claims SET seen = ? WHERE name = ?').run(Date.now(), name);
}

/** Gives a claim of this process back. */
export function releaseSweep(database: Database, name: string): void {
  const { host, pid, process } = processIdentity();
  database
    .prepare('DELETE FROM sweep_claims WHERE name = ? AND host = ? AND pid = ? AND process IS ?')
    .run(name, host, pid, process);
}
