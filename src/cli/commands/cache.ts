/** `assay cache ls | verify | gc`. */
import { formatCacheListing } from '../../cache/cache-listing.js';
import type { GarbagePolicy } from '../../cache/artifact-cache.js';
import { formatProblems } from '../../core/format-problem.js';
import { formatBytes } from '../../core/format-units.js';
import { isoTime } from '../../core/iso-time.js';
import { ok, type Problem, type Result } from '../../core/problem.js';
import { openTracking } from '../../tracking/tracking.js';
import { exitCodes, print, printJson, problemStyle, refuse, say } from '../output.js';
import { parseAge, parseSize } from '../parse-amount.js';
import { openProject, type Project } from '../wire.js';

export async function cacheList(options: { json?: boolean }): Promise<number> {
  const items = await openProject().cache.list();
  if (options.json === true)
    printJson({
      entries: items.map(({ entry, usedAt, bytes }) => ({
        ...entry,
        createdAt: isoTime(entry.createdAt),
        usedAt: isoTime(usedAt),
        bytes,
      })),
    });
  else print(formatCacheListing(items, Date.now()));
  return exitCodes.done;
}

export interface VerifyOptions {
  readonly drop?: boolean;
  readonly json?: boolean;
}

export async function cacheVerify(options: VerifyOptions): Promise<number> {
  const { checked, problems } = await openProject().cache.verify({ drop: options.drop === true });
  if (options.json === true)
    printJson({ status: problems.length === 0 ? 'fine' : 'rotten', checked, problems });
  else if (problems.length === 0) print(`${checked} entries read, all as they were written`);
  else {
    say(formatProblems(problems, problemStyle));
    if (options.drop !== true) say('they are made anew when next needed; --drop removes them now');
  }
  return problems.length === 0 ? exitCodes.done : exitCodes.failed;
}

export interface CollectOptions {
  readonly olderThan?: string;
  readonly maxSize?: string;
  readonly unused?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** Fingerprints of all recorded runs' stages. Without a database nothing is kept by a run. */
function usedByRuns(project: Project): Result<ReadonlySet<string>> {
  const tracking = openTracking(project.runsFolder, { readOnly: true });
  if (!tracking.ok) return tracking;
  try {
    return tracking.value.usedFingerprints();
  } finally {
    tracking.value.close();
  }
}

function policyOf(options: CollectOptions, project: Project): Result<GarbagePolicy> {
  const problems: Problem[] = [];
  const policy: { -readonly [Key in keyof GarbagePolicy]: GarbagePolicy[Key] } = {
    dryRun: options.dryRun === true,
  };
  if (options.olderThan !== undefined) {
    const age = parseAge(options.olderThan, '--older-than');
    if (age.ok) policy.olderThanMilliseconds = age.value;
    else problems.push(...age.problems);
  }
  if (options.maxSize !== undefined) {
    const size = parseSize(options.maxSize, '--max-size');
    if (size.ok) policy.maxBytes = size.value;
    else problems.push(...size.problems);
  }
  if (options.unused === true || (options.olderThan === undefined && options.maxSize === undefined)) {
    const used = usedByRuns(project);
    if (used.ok) Object.assign(policy, { unusedOnly: true, keep: used.value });
    else problems.push(...used.problems);
  }
  return problems.length === 0 ? ok(policy) : { ok: false, problems };
}

export async function cacheCollect(options: CollectOptions): Promise<number> {
  const project = openProject();
  const policy = policyOf(options, project);
  if (!policy.ok) return refuse(policy.problems, options);
  const { removed, bytes, leftovers, busy } = await project.cache.collect(policy.value);
  if (busy !== undefined) {
    if (options.json === true) printJson({ status: 'busy', problems: [busy] });
    else say(formatProblems([busy], problemStyle));
    return exitCodes.failed;
  }
  if (options.json === true) {
    printJson({ status: 'done', removed: removed.map(({ fingerprint }) => fingerprint), bytes, leftovers });
  } else {
    const verb = options.dryRun === true ? 'would remove' : 'removed';
    print(`${verb} ${removed.length} entries and ${leftovers} leftovers, ${formatBytes(bytes)}`);
  }
  return exitCodes.done;
}
