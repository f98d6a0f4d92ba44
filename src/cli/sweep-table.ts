/** The live table of a sweep, as text: a function of what is known, the time and the width. */
import { formatBytes } from '../core/format-units.js';
import type { WorkerState } from '../core/sweep-events.js';
import { labelsInWords } from '../core/short-paths.js';
import { colours } from './output.js';
import { showCounts, showMeasured, showRemaining, trialsPerSecond } from './sweep-words.js';
import type { SweepView, TrialView } from './sweep-view.js';

/** At most `rows` lines, none wider than `columns`. */
export function drawTable(view: SweepView, now: number, columns: number, rows: number): string {
  const running = [...view.running.values()].sort((a, b) => (a.worker ?? 0) - (b.worker ?? 0));
  const room = Math.max(1, rows - 4);
  const hidden = running.length - room;
  const lines = [
    ...running.slice(0, room).map((trial) => trialLine(trial, view, columns)),
    ...(hidden > 0 ? [colours.dim(`  and ${hidden} more`)] : []),
    colours.dim(cut(headLine(view, now), columns)),
    ...(view.best === undefined ? [] : [cut(bestLine(view.best, view), columns)]),
    colours.dim(cut(workersLine(view.workers), columns)),
  ];
  return lines.filter((line) => line !== '').join('\n');
}

function cut(text: string, columns: number): string {
  return text.length > columns ? `${text.slice(0, Math.max(0, columns - 1))}…` : text;
}

function trialLine(trial: TrialView, view: SweepView, columns: number): string {
  const barWidth = columns < 60 ? 6 : 16;
  const number = String(trial.number).padStart(String(view.trials.size).length);
  const of = trial.ofEpochs ?? view.header?.epochs;
  const known = trial.epochs > 0 && of !== undefined;
  const full = known ? Math.min(barWidth, Math.round((trial.epochs / of) * barWidth)) : 0;
  const bar = colours.cyan('█'.repeat(full)) + colours.dim('░'.repeat(barWidth - full));
  const where = known ? `${trial.epochs}/${of}` : (trial.stage ?? 'begins');
  const value = trial.last === undefined ? '' : showMeasured(trial.last.value);
  const attempt = trial.attempt > 1 ? `attempt ${trial.attempt} · ` : '';
  const facts = `${where.padEnd(10)} ${value.padEnd(8)} `;
  const left = columns - number.length - barWidth - facts.length - 6;
  return `  ${number} ${bar} ${facts}${colours.dim(cut(attempt + labelsInWords(trial.labels), Math.max(0, left)))}`;
}

function headLine(view: SweepView, now: number): string {
  const asked = view.header?.trials;
  const rate = trialsPerSecond(view, now);
  const facts = [
    asked === undefined ? undefined : `${view.finished} of ${asked} trials`,
    showCounts((state) => view.count(state)),
    rate === undefined ? undefined : showRate(rate),
    showRemaining(view, now),
  ];
  return facts.filter((fact) => fact !== undefined).join(' · ');
}

/** In the unit in which it is a number that people can take in: `3.2 trials/min`. */
function showRate(perSecond: number): string {
  const units = [
    [1, 's'],
    [60, 'min'],
    [3600, 'h'],
  ] as const;
  const [factor, unit] = units.find(([seconds]) => perSecond * seconds >= 1) ?? units[2];
  return `${(perSecond * factor).toFixed(1)} trials/${unit}`;
}

function bestLine(best: TrialView, view: SweepView): string {
  const metric = view.header?.objectives[0]?.metric ?? '';
  return `best ${metric} ${showMeasured(best.values![0]!)} · trial ${best.number} · ${labelsInWords(best.labels)}`;
}

function workersLine(workers: readonly WorkerState[]): string {
  if (workers.length === 0) return '';
  const states = new Map<string, number>();
  for (const { state } of workers) states.set(state, (states.get(state) ?? 0) + 1);
  const memory = workers.reduce((sum, worker) => sum + (worker.memory ?? 0), 0);
  const counts = [...states].map(([state, count]) => `${count} ${state}`).join(', ');
  return `workers: ${counts}${memory === 0 ? '' : ` · ${formatBytes(memory)}`}`;
}
