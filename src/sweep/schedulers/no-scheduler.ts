/** Every trial trains to its end. Nothing is asked. */
import { RecordedPauses } from './recorded-pauses.js';
import type { Scheduler, SchedulerContext, Verdict } from './scheduler.js';

export class NoScheduler implements Scheduler {
  readonly name = 'none';
  readonly asks = false;
  readonly #pauses: RecordedPauses;

  constructor(context: SchedulerContext) {
    this.#pauses = new RecordedPauses(context);
  }

  report(trial: number): Verdict {
    this.#pauses.delete(trial);
    return 'continue';
  }

  promote(): number | undefined {
    return this.#pauses.take();
  }

  end(trial: number): void {
    this.#pauses.delete(trial);
  }
}
