/**
 * Shows a sweep on standard error: a live table under the lines of what ended on a terminal, plain lines elsewhere.
 * Subscribes to events and owns nothing else.
 */
import { formatProblem } from '../core/format-problem.js';
import type { SweepEvent, SweepListener } from '../core/sweep-events.js';
import { problemStyle, say } from './output.js';
import { beginLine, endLine, progressLine, startLine } from './sweep-lines.js';
import { drawTable } from './sweep-table.js';
import type { SweepView } from './sweep-view.js';

interface LiveTable {
  (text: string): void;
  clear(): void;
}

const redrawMilliseconds = 125;
const progressMilliseconds = 60_000;

export class SweepTerminal {
  readonly #view: SweepView;
  readonly #live: LiveTable | undefined;
  readonly #timer: NodeJS.Timeout;
  #changed = false;

  private constructor(view: SweepView, live: LiveTable | undefined) {
    this.#view = view;
    this.#live = live;
    this.#timer =
      live === undefined
        ? setInterval(() => say(progressLine(view, Date.now())), progressMilliseconds)
        : setInterval(() => this.#draw(), redrawMilliseconds);
  }

  static async open(view: SweepView): Promise<SweepTerminal> {
    if (!process.stderr.isTTY) return new SweepTerminal(view, undefined);
    const { createLogUpdate } = await import('log-update');
    const update = createLogUpdate(process.stderr);
    const live = Object.assign((text: string) => update(text), { clear: () => update.clear() });
    return new SweepTerminal(view, live);
  }

  readonly listen: SweepListener = (event) => {
    const before =
      event.type === 'trial-started' || event.type === 'trial-ended'
        ? (this.#view.trials.get(event.trial)?.state ?? 'waiting')
        : 'waiting';
    const trial = this.#view.take(event);
    this.#changed = true;
    const line = this.#lineFor(event, trial, before);
    if (line === undefined) return;
    this.#live?.clear();
    say(line);
  };

  close(): void {
    clearInterval(this.#timer);
    this.#live?.clear();
  }

  #lineFor(
    event: SweepEvent,
    trial: ReturnType<SweepView['take']>,
    before: NonNullable<typeof trial>['state'],
  ): string | undefined {
    switch (event.type) {
      case 'sweep-started':
        return startLine(event.header);
      case 'trial-started':
        return this.#live === undefined ? beginLine(trial!, before) : undefined;
      case 'trial-ended':
        // What a killed session left behind, or what never got as far as a worker, is not worth a line.
        return before === 'running' && trial!.startedAt !== undefined
          ? endLine(event, trial!, this.#view)
          : undefined;
      case 'warning':
        return formatProblem(event.problem, problemStyle, 'warning');
      case 'trial-run-event':
        return event.event.type === 'warning' || event.event.type === 'engine-changed'
          ? this.#runWarning(event)
          : undefined;
      case 'trial-proposed':
      case 'trial-reported':
      case 'workers-changed':
      case 'sweep-ended':
        return undefined;
    }
  }

  #runWarning({ trial, event }: Extract<SweepEvent, { type: 'trial-run-event' }>): string | undefined {
    const problem =
      event.type === 'warning' ? event.problem : event.type === 'engine-changed' ? event.because : undefined;
    if (problem === undefined) return undefined;
    return formatProblem(
      { ...problem, message: `trial ${trial}: ${problem.message}` },
      problemStyle,
      'warning',
    );
  }

  #draw(): void {
    if (!this.#changed) return;
    this.#changed = false;
    // A terminal that does not know its size says 0.
    const [columns, rows] = [process.stderr.columns || 100, process.stderr.rows || 24];
    this.#live?.(drawTable(this.#view, Date.now(), columns, rows));
  }
}
