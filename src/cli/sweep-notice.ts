/** Tells somebody who is not looking that a sweep has ended: a webhook, the terminal's bell. */
import type { Problem } from '../core/problem.js';
import type { Json } from '../core/json.js';

const noticeMilliseconds = 10_000;

/** POSTs JSON. Nothing on success, else the problem `webhook-failed`, which is no reason for anything to fail. */
export async function callWebhook(
  url: string,
  body: Json,
  milliseconds: number = noticeMilliseconds,
): Promise<Problem | undefined> {
  const refused = (reason: string): Problem => ({
    code: 'webhook-failed',
    message: `expected ${url} to take the sweep's result, got ${reason}`,
  });
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(milliseconds),
    });
    await response.body?.cancel();
    return response.ok ? undefined : refused(`status ${response.status}`);
  } catch (error) {
    if (error instanceof Error && error.name === 'TimeoutError')
      return refused(`no answer in ${milliseconds / 1000} s`);
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return refused(cause instanceof Error ? cause.message || cause.name : String(cause));
  }
}

/** Where standard error is a terminal; elsewhere the character would only be dirt in a file. */
export function ringBell(): void {
  if (process.stderr.isTTY) process.stderr.write('\u0007');
}
