/**
 * Random files never crash or hang the checks. A few seconds here; ASSAY_FUZZ_SECONDS=60 runs longer, with a seed of its
 * own for each run (ASSAY_FUZZ_SEED repeats one).
 */
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';

const seconds = Number(process.env['ASSAY_FUZZ_SECONDS'] ?? 4);
const seed = Number(process.env['ASSAY_FUZZ_SEED'] ?? (seconds > 10 ? Date.now() % 2 ** 31 : 1));
/** No check of such small files takes this long on any machine. */
const hangAfter = 30_000;

interface Message {
  readonly about?: unknown;
  readonly done?: { readonly runs: number; readonly accepted: number };
  readonly failed?: string;
}

it(
  `random experiments, pipelines and networks are accepted or refused, never a crash (${seconds} s, seed ${seed})`,
  async () => {
    const repository = join(import.meta.dirname, '../..');
    const worker = new Worker(join(import.meta.dirname, 'fuzz-worker.mjs'), {
      workerData: { seconds, seed, repository },
    });
    const outcome = await new Promise<Message>((resolve, reject) => {
      let about: unknown;
      let watch: NodeJS.Timeout | undefined;
      const rewind = () => {
        clearTimeout(watch);
        watch = setTimeout(() => resolve({ failed: `hangs on ${JSON.stringify(about)}` }), hangAfter);
      };
      rewind();
      worker.on('message', (message: Message) => {
        if (message.about === undefined) {
          clearTimeout(watch);
          resolve(message);
        } else {
          about = message.about;
          rewind();
        }
      });
      worker.on('error', reject);
    });
    await worker.terminate();
    expect(outcome.failed).toBeUndefined();
    // Both ways out were taken, so the checks were really reached.
    expect(outcome.done!.runs).toBeGreaterThan(20);
    expect(outcome.done!.accepted).toBeGreaterThan(0);
    expect(outcome.done!.accepted).toBeLessThan(outcome.done!.runs);
    if (seconds > 10)
      process.stdout.write(`${outcome.done!.runs} runs, ${outcome.done!.accepted} accepted, seed ${seed}\n`);
  },
  seconds * 1000 + 2 * hangAfter,
);
