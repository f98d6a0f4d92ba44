/** What to try next, in words, each suggestion from a rule that a reader could check in the same report. */
import { percent, plural, settingNumber } from '../../views/format.js';
import type { Comparison, ComparedRun, Curve } from '../compared-run.js';
import { bestSoFar } from './best-so-far.js';
import type { Importance } from './importance.js';
import { objectiveValue, runName, runTitle } from './objective-value.js';
import type { NumberDomain } from './parameter-domain.js';
import { domainOf } from './run-importance.js';
import type { VaryingSetting } from './varying-settings.js';
import type { Verdict } from './verdict.js';

export interface Suggestion {
  readonly kind:
    'failures' | 'edge' | 'longer' | 'overfitting' | 'chance' | 'fix' | 'more-trials' | 'enough' | 'seeds';
  readonly text: string;
}

export interface SuggestionFacts {
  readonly comparison: Pick<Comparison, 'runs' | 'objective'>;
  readonly verdict: Pick<Verdict, 'kind' | 'best' | 'second'>;
  /** In the order of the comparison's runs. */
  readonly settings: readonly VaryingSetting[];
  readonly importances: readonly Importance[];
  /** What a sweep searched, by path; of others the range that runs had. */
  readonly domains?: ReadonlyMap<string, NumberDomain> | undefined;
}

const mostSuggestions = 3;

/** One to three, the most urgent first; none where no run has a result and none failed. */
export function whatToTry(facts: SuggestionFacts): readonly Suggestion[] {
  const best = facts.verdict.best === undefined ? undefined : facts.comparison.runs[facts.verdict.best.run]!;
  const found = [
    failures(facts),
    ...(best === undefined
      ? []
      : [edge(facts), longer(best), overfitting(best), chance(facts), fix(facts), trials(facts)]),
  ].filter((suggestion) => suggestion !== undefined);
  if (found.length === 0 && best !== undefined)
    found.push({
      kind: 'seeds',
      text: `Nothing stands out: repeat ${runName(best)} with other seeds to see how much of its result is luck.`,
    });
  return found.slice(0, mostSuggestions);
}

/** A fifth of the runs and more failed. Infeasible trials count neither as failures nor as runs: a space may well hold some. */
function failures({ comparison }: SuggestionFacts): Suggestion | undefined {
  const runs = comparison.runs.filter(({ status }) => status !== 'infeasible');
  const failed = runs.filter(({ status }) => status === 'failed');
  if (failed.length === 0 || failed.length < runs.length / 5) return undefined;
  const reason = commonest(failed.flatMap((run) => (run.reason === undefined ? [] : [run.reason])));
  const why = reason === undefined ? '' : `; the commonest reason: ${reason}`;
  return {
    kind: 'failures',
    text: `${failed.length} of ${plural(runs.length, 'run')} failed: see to that first${why}.`,
  };
}

function commonest(texts: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
}

/** How near to the end of its range, as a share of it, a value lies at the edge. */
const edgeShare = 0.05;
/** A setting below this share of importance is not worth a wider range. */
const worthwhile = 0.1;
/** Runs needed before a range says something. */
const leastRuns = 8;
/** A loss that rises within fewer epochs than this may be noise. */
const leastEpochs = 3;

/** The best run, and the median of the best tenth, lie at the end of what was tried of a number that mattered. */
function edge({
  comparison,
  verdict,
  settings,
  importances,
  domains,
}: SuggestionFacts): Suggestion | undefined {
  const results = comparison.runs.flatMap((run, index) =>
    objectiveValue(run, comparison.objective) === null ? [] : [index],
  );
  if (results.length < leastRuns) return undefined;
  const top = results.slice(0, Math.max(3, Math.ceil(results.length / 10)));
  for (const { parameter, share } of importances) {
    const setting = settings.find(({ path }) => path === parameter);
    if (setting === undefined || share < worthwhile) continue;
    const domain = domainOf(setting, domains?.get(parameter));
    const value = setting.values[verdict.best!.run] ?? null;
    if (domain.kind === 'category' || value === null || domain.low >= domain.high) continue;
    const place = placeIn(domain);
    const placed = top.flatMap((run) => {
      const number = setting.values[run] ?? null;
      return number === null ? [] : [place(number)];
    });
    const middle = placed.sort((a, b) => a - b)[Math.floor(placed.length / 2)]!;
    const side = place(value) <= edgeShare ? 'low' : place(value) >= 1 - edgeShare ? 'high' : undefined;
    if (side === undefined || isNatural(side, domain) || (side === 'low' ? middle > 0.2 : middle < 0.8))
      continue;
    const range = `${short(domain.low)} to ${short(domain.high)}`;
    return {
      kind: 'edge',
      text: `${parameter}: the best run has ${short(value)}, at the ${side === 'low' ? 'lower' : 'upper'} end of what was tried (${range}). Try ${side === 'low' ? 'lower' : 'higher'} values.`,
    };
  }
  return undefined;
}

/** Ends that most settings can't go beyond: nothing, one of something, a share of 1. */
function isNatural(side: 'low' | 'high', domain: NumberDomain): boolean {
  const { low, high, step } = domain;
  return side === 'low' ? low === 0 || (low === 1 && step === 1) : high === 1 && low >= 0;
}

/** Four digits at most, whole numbers aside: 0.1, 0.01235, 16384. */
function short(value: number): string {
  return settingNumber(value, 4);
}

function placeIn({ low, high, log }: NumberDomain): (value: number) => number {
  return (value) => (log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low));
}

/** A fall of loss in the last epoch above which it has not levelled off, and a rise above which it has turned. */
const falling = 0.02;
const risen = 0.05;
/** Between training and validation accuracy. */
const wideGap = 0.03;

function curve(run: ComparedRun, key: Curve['key']): readonly number[] {
  const values = run.curves.find((found) => found.key === key)?.values ?? [];
  return values.filter((value) => value !== null);
}

/** Validation loss is lowest at the last epoch, and fell by 2 % and more in it. */
function longer(run: ComparedRun): Suggestion | undefined {
  const losses = curve(run, 'validation.loss');
  const [last, before] = [losses.at(-1), losses.at(-2)];
  if (last === undefined || before === undefined || before <= 0 || last > Math.min(...losses))
    return undefined;
  const fall = 1 - last / before;
  if (fall < falling) return undefined;
  return {
    kind: 'longer',
    text: `Validation loss of ${runName(run)} still fell by ${percent(fall, 0)} in its last epoch, ${losses.length}: train for longer.`,
  };
}

/** Validation loss has risen since its lowest while training loss fell, or accuracy is far better on training images. */
function overfitting(run: ComparedRun): Suggestion | undefined {
  const validation = curve(run, 'validation.loss');
  const train = curve(run, 'train.loss');
  const remedy = 'try more dropout, weight decay or augmentation';
  const lowest = Math.min(...validation);
  const at = validation.indexOf(lowest);
  // Of a loss that may be 0 or less, a rise by a share of it says nothing.
  if (
    validation.length >= leastEpochs &&
    lowest > 0 &&
    validation.at(-1)! >= lowest * (1 + risen) &&
    train.at(-1)! < train[at]!
  )
    return {
      kind: 'overfitting',
      text: `${runTitle(run)} begins to memorise: its validation loss was lowest at epoch ${at + 1} of ${validation.length} and has risen by ${percent(validation.at(-1)! / lowest - 1, 0)} since. Stop earlier, or ${remedy}.`,
    };
  const [seen, unseen] = [curve(run, 'train.accuracy').at(-1), curve(run, 'validation.accuracy').at(-1)];
  if (seen === undefined || unseen === undefined || seen - unseen < wideGap) return undefined;
  return {
    kind: 'overfitting',
    text: `${runTitle(run)} gets ${percent(seen, 1)} of its training images right and ${percent(unseen, 1)} of the validation images: ${remedy}.`,
  };
}

/** The first two can't be told apart. */
function chance({ comparison: { runs }, verdict }: SuggestionFacts): Suggestion | undefined {
  if ((verdict.kind !== 'chance' && verdict.kind !== 'tie') || verdict.second === undefined) return undefined;
  const [best, next] = [runs[verdict.best!.run]!, runs[verdict.second.run]!];
  const sizes = [best, next].map(({ metrics }) => metrics['parameters']);
  const cheaper = sizes[0] !== undefined && sizes[0] === sizes[1] ? '' : ', or take the cheaper one';
  return {
    kind: 'chance',
    text: `${runTitle(best)} and ${runName(next)} can’t be told apart by these test images: repeat both with other seeds${cheaper}.`,
  };
}

const unimportant = 0.02;
/** With fewer runs a setting may look unimportant by chance. */
const runsToTell = 30;

/** Settings of next to no importance among at least three. */
function fix({ importances, settings, verdict, comparison }: SuggestionFacts): Suggestion | undefined {
  const results = comparison.runs.filter((run) => objectiveValue(run, comparison.objective) !== null);
  if (results.length < runsToTell || importances.length < 3) return undefined;
  const idle = importances.filter(({ share, parameter }) => {
    const setting = settings.find(({ path }) => path === parameter);
    return share < unimportant && (setting?.values[verdict.best!.run] ?? null) !== null;
  });
  if (idle.length === 0 || idle.length === importances.length) return undefined;
  const names = idle.map(({ parameter }) => parameter).slice(0, 3);
  const [last, ...others] = [...names].reverse();
  const subject =
    others.length === 0 ? `${last} made` : `${others.reverse().join(', ')} and ${last} each made`;
  return {
    kind: 'fix',
    text: `${subject} next to no difference (importance below ${percent(unimportant, 0)}): keep the best run’s value and search the rest.`,
  };
}

/** With 20 results and more: whether the best one is recent, or nothing has come of the last half. */
function trials({ comparison }: SuggestionFacts): Suggestion | undefined {
  const history = bestSoFar(comparison.runs, comparison.objective).filter(({ value }) => value !== null);
  if (history.length < 20) return undefined;
  const at = history.findLastIndex(({ improved }) => improved) + 1;
  const place = `The best value came with result ${at} of ${history.length}`;
  if (at > history.length * 0.8)
    return { kind: 'more-trials', text: `${place}: the search was still gaining, so more trials may help.` };
  if (at > history.length / 2) return undefined;
  return {
    kind: 'enough',
    text: `${place}: none of the ${history.length - at} since has bettered it. Change the space rather than drawing more of the same.`,
  };
}
