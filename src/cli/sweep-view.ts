/** What the terminal knows of a running sweep, gathered from its events. Draws nothing. */
import type {
  RecordedSweep,
  SweepEvent,
  SweepHeader,
  TrialState,
  WorkerState,
} from '../core/sweep-events.js';

export interface TrialView {
  readonly number: number;
  readonly run: string;
  readonly labels: Readonly<Record<string, string>>;
  state: TrialState;
  attempt: number;
  worker?: number | undefined;
  startedAt?: number | undefined;
  stage?: string | undefined;
  /** The last epoch and the first objective then. */
  last?: { readonly epoch: number; readonly value: number } | undefined;
  /** Epochs trained, and how many it is to train as far as is known. */
  epochs: number;
  ofEpochs?: number | undefined;
  values?: readonly number[] | undefined;
}

export class SweepView {
  readonly trials = new Map<number, TrialView>();
  readonly running = new Map<number, TrialView>();
  readonly counts = new Map<TrialState, number>();
  header: SweepHeader | undefined;
  workers: readonly WorkerState[] = [];
  best: TrialView | undefined;
  /** When this session began, and how many trials have ended since. */
  startedAt = 0;
  ended = 0;

  constructor(recorded: RecordedSweep | undefined) {
    for (const { number, run, labels, state, attempts, values, epochs, reports } of recorded?.trials ?? []) {
      const last = reports.at(-1);
      const trial: TrialView = {
        number,
        run,
        labels,
        state,
        attempt: attempts,
        values,
        epochs,
        last: last === undefined ? undefined : { epoch: last[0], value: last[1] },
      };
      this.trials.set(number, trial);
      this.#tally(state, 1);
      const [objective] = recorded!.header.objectives;
      if (objective !== undefined) this.#consider(trial, objective.goal);
    }
  }

  count(state: TrialState): number {
    return this.counts.get(state) ?? 0;
  }

  /** Ended trials of those asked for. */
  get finished(): number {
    return this.count('done') + this.count('pruned') + this.count('failed') + this.count('paused');
  }

  /** Takes in an event; the trial that it is about, as it is then. */
  take(event: SweepEvent): TrialView | undefined {
    switch (event.type) {
      case 'sweep-started':
        this.header = event.header;
        this.startedAt = event.time;
        return undefined;
      case 'trial-proposed': {
        const { number, run, labels } = event.trial;
        const trial: TrialView = { number, run, labels, state: 'waiting', attempt: 0, epochs: 0 };
        this.trials.set(number, trial);
        this.#tally('waiting', 1);
        return trial;
      }
      case 'trial-started': {
        const trial = this.trials.get(event.trial)!;
        this.#move(trial, 'running');
        trial.attempt = event.attempt;
        trial.worker = event.worker;
        trial.startedAt = event.time;
        trial.stage = undefined;
        this.running.set(trial.number, trial);
        return trial;
      }
      case 'trial-reported': {
        const trial = this.trials.get(event.trial)!;
        trial.last = { epoch: event.epoch, value: event.value };
        trial.epochs = Math.max(trial.epochs, event.epoch);
        return trial;
      }
      case 'trial-run-event':
        return this.#takeRunEvent(event);
      case 'trial-ended': {
        const trial = this.trials.get(event.trial)!;
        this.#move(trial, event.state);
        trial.values = event.values;
        trial.epochs = event.epochs;
        this.running.delete(trial.number);
        if (event.state !== 'waiting') this.ended += 1;
        this.#consider(trial, this.header?.objectives[0]?.goal ?? 'minimize');
        return trial;
      }
      case 'workers-changed':
        this.workers = event.workers;
        return undefined;
      case 'warning':
      case 'sweep-ended':
        return undefined;
    }
  }

  #takeRunEvent({ trial: number, event }: SweepEvent & { type: 'trial-run-event' }): TrialView | undefined {
    const trial = this.trials.get(number);
    if (trial === undefined) return undefined;
    if (event.type === 'stage-started') trial.stage = event.stage;
    else if (event.type === 'stage-event' && event.event.type === 'epoch-ended') {
      trial.epochs = Math.max(trial.epochs, event.event.record.epoch);
      trial.ofEpochs = event.event.epochs;
    }
    return trial;
  }

  #move(trial: TrialView, state: TrialState): void {
    this.#tally(trial.state, -1);
    this.#tally(state, 1);
    trial.state = state;
  }

  #tally(state: TrialState, by: number): void {
    this.counts.set(state, this.count(state) + by);
  }

  #consider(trial: TrialView, goal: 'minimize' | 'maximize'): void {
    const value = trial.values?.[0];
    if (trial.state !== 'done' || value === undefined) return;
    const best = this.best?.values?.[0];
    if (best === undefined || (goal === 'minimize' ? value < best : value > best)) this.best = trial;
  }
}
