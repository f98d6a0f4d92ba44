/** Runs a job so that whatever is thrown becomes an outcome. */
import type { JobOutcome, TrialHost, TrialJob, TrialRunner } from './executor.js';

/** Never rejects. */
export async function runJob(runner: TrialRunner, job: TrialJob, host: TrialHost): Promise<JobOutcome> {
  try {
    return await runner.run(job, host);
  } catch (error) {
    if (host.signal.aborted) return { status: 'interrupted' };
    const message = `something in Assay broke that should not: ${describe(error)}`;
    const problem = { code: 'internal-error', message, fix: 'please report it' };
    return { status: 'failed', stage: undefined, kind: undefined, problems: [problem] };
  }
}

/** Whatever can be thrown, a value that refuses to be shown among it. */
export function describe(error: unknown): string {
  try {
    return String(error);
  } catch {
    return 'a value that can’t be shown';
  }
}
