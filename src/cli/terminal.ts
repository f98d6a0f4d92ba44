/**
 * Shows a run on standard error: a live line under the finished ones on a terminal, plain lines elsewhere. Subscribes to
 * events and owns nothing else.
 */
import { formatProblem } from '../core/format-problem.js';
import { formatBytes, formatSeconds } from '../core/format-units.js';
import type { EventListener, Metrics, RunEvent, StageEvent, StepVerification } from '../core/events.js';
import { colours, problemStyle, say } from './output.js';

interface LiveLine {
  (text: string): void;
  clear(): void;
}

const refreshMilliseconds = 80;
const barWidth = 24;
const mostReasons = 3;

function bar(done: number, total: number): string {
  const full = total > 0 ? Math.min(barWidth, Math.round((done / total) * barWidth)) : 0;
  return colours.cyan('█'.repeat(full)) + colours.dim('░'.repeat(barWidth - full));
}

/** `train loss 0.3012, accuracy 0.9123 · validation loss …`: the metrics that people follow, in one line. */
function epochLine(metrics: Metrics): string {
  const show = (group: string): string | undefined => {
    const loss = metrics[`${group}.loss`];
    if (loss === undefined) return undefined;
    const accuracy = metrics[`${group}.accuracy`];
    return `${group} loss ${loss.toFixed(4)}${accuracy === undefined ? '' : `, accuracy ${accuracy.toFixed(4)}`}`;
  };
  return [show('train'), show('validation')].filter((part) => part !== undefined).join(' · ');
}

/** Why a stage runs, in one line: the first reasons, and how many more. */
function reasons(why: readonly string[]): string {
  const shown = why.slice(0, mostReasons).join('; ');
  return why.length > mostReasons ? `${shown}; and ${why.length - mostReasons} more` : shown;
}

function describeVerification({ images, gradients, lossError, gradientError }: StepVerification): string {
  const share = (error: number): string => (error === 0 ? '0' : error.toExponential(1));
  return `verified: a batch of ${images} images against tfjs: the loss off by ${share(lossError)} of itself, ${gradients} gradients by at most ${share(gradientError)}`;
}

export class Terminal {
  readonly #live: LiveLine | undefined;
  readonly #columns: number;
  #lastDraw = 0;

  private constructor(live: LiveLine | undefined) {
    this.#live = live;
    this.#columns = process.stderr.columns || 100;
  }

  static async open(): Promise<Terminal> {
    if (!process.stderr.isTTY) return new Terminal(undefined);
    const { createLogUpdate } = await import('log-update');
    const update = createLogUpdate(process.stderr);
    return new Terminal(Object.assign((text: string) => update(text), { clear: () => update.clear() }));
  }

  readonly listen: EventListener = (event) => {
    const line = this.#lineFor(event);
    if (line === undefined) return;
    this.#live?.clear();
    say(line);
  };

  #lineFor(event: RunEvent): string | undefined {
    switch (event.type) {
      case 'run-started':
        return `${colours.bold(event.run.experiment)} ${colours.dim(`· run ${event.run.id} · engine ${event.run.engine} · seed ${event.run.seed}`)}`;
      case 'engine-changed':
        return formatProblem(event.because, problemStyle, 'warning');
      case 'stage-cached':
        return `${colours.green('✓')} ${event.stage} ${colours.dim(`cached${event.summary.note === undefined ? '' : ` · ${event.summary.note}`}`)}`;
      case 'stage-waiting':
        return `${colours.yellow('…')} ${event.stage} ${colours.dim('another process is making it; waiting')}`;
      case 'stage-started':
        return `${colours.cyan('▸')} ${event.stage} ${colours.dim(reasons(event.why))}`;
      case 'stage-event':
        return this.#stageLine(event.stage, event.event);
      case 'stage-ended': {
        const facts = [formatSeconds(event.seconds), formatBytes(event.bytes), event.summary.note];
        return `${colours.green('✓')} ${event.stage} ${colours.dim(facts.filter((fact) => fact !== undefined).join(' · '))}`;
      }
      case 'stage-failed':
        return `${colours.red('✗')} ${event.stage} failed after ${formatSeconds(event.seconds)}\n\n${event.problems
          .map((problem) => formatProblem(problem, problemStyle))
          .join('\n\n')}\n`;
      case 'warning':
        return formatProblem(event.problem, problemStyle, 'warning');
      case 'run-ended':
        return this.#endLine(event);
    }
  }

  #stageLine(stage: string, event: StageEvent): string | undefined {
    switch (event.type) {
      case 'progress':
        this.#draw(
          stage,
          event.done,
          event.total,
          `${event.done}/${event.total} ${event.unit} ${event.note ?? ''}`,
        );
        return undefined;
      case 'resumed':
        return `  ${stage} goes on from its checkpoint ${event.epoch === 0 ? 'in epoch 1' : `after epoch ${event.epoch}`}, step ${event.step}`;
      case 'step-ended':
        return undefined;
      case 'epoch-ended': {
        const count = String(event.record.epoch).padStart(String(event.epochs).length);
        return `  epoch ${count}/${event.epochs} · ${epochLine(event.record.metrics)} ${colours.dim(`· ${formatSeconds(event.seconds)}`)}`;
      }
      case 'engine-verified':
        return `  ${stage} ${describeVerification(event.verification)}`;
      case 'warning':
        return formatProblem(event.problem, problemStyle, 'warning');
    }
  }

  #draw(stage: string, done: number, total: number, note: string): void {
    const now = performance.now();
    if (this.#live === undefined || now - this.#lastDraw < refreshMilliseconds) return;
    this.#lastDraw = now;
    const room = Math.max(0, this.#columns - barWidth - stage.length - 6);
    this.#live(`  ${stage} ${bar(done, total)} ${colours.dim(note.slice(0, room))}`);
  }

  #endLine(event: Extract<RunEvent, { type: 'run-ended' }>): string {
    const { accuracy } = event.metrics;
    const facts = [
      event.status === 'done' ? colours.green('done') : colours.red(event.status),
      `in ${formatSeconds(event.seconds)}`,
      ...(accuracy === undefined || event.status !== 'done' ? [] : [`· accuracy ${accuracy.toFixed(4)}`]),
    ];
    const lines = [facts.join(' ')];
    if (event.report !== undefined) lines.push(`report: ${event.report}`);
    if (event.status === 'interrupted') lines.push('run the same command again to go on from here');
    return lines.join('\n');
  }
}
