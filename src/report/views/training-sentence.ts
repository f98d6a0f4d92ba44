/** What learning curves show, in one sentence, by rules that a reader could follow with a ruler. */
import type { TrainingFacts } from '../run-artifacts.js';
import { capitalised, decimal, percent } from './format.js';

/** Relative changes below this are called level, above it a movement. */
const level = 0.02;
/** Validation loss this far above its lowest is called memorising. */
const risen = 0.05;

function losses({ epochs }: TrainingFacts, key: string): number[] {
  const found = epochs.map(({ metrics }) => metrics[key]);
  return found.every((value) => value !== undefined) ? found : [];
}

/**
 * Judges validation loss where there is one, else training loss, in this order: a single epoch; divergence (the last
 * loss above the first); stopping early; memorising (the lowest lies behind and loss has risen by 5 % since, while
 * training loss went on falling); still falling (by 2 % and more in the last epoch); level.
 */
export function trainingSentence(facts: TrainingFacts): string {
  const train = losses(facts, 'train.loss');
  const validation = losses(facts, 'validation.loss');
  const judged = validation.length > 0 ? validation : train;
  const name = validation.length > 0 ? 'validation loss' : 'training loss';
  const last = judged.at(-1);
  const epochs = facts.epochs.length;
  if (last === undefined) return `${epochs} ${epochs === 1 ? 'epoch was' : 'epochs were'} recorded.`;

  if (epochs === 1) return `One epoch only: it ended at a ${name} of ${decimal(last)}.`;
  const first = judged[0]!;
  if (last > first)
    return `${capitalised(name)} ended higher (${decimal(last)}) than it began (${decimal(first)}): a lower learning rate may help.`;
  const lowest = Math.min(...judged);
  const lowestEpoch = facts.epochs[judged.indexOf(lowest)]!.epoch;
  if (facts.stoppedEarly) {
    const stop = facts.epochs.at(-1)!.epoch;
    return `Training stopped early after epoch ${stop}: ${name} was lowest at epoch ${lowestEpoch} (${decimal(lowest)}).`;
  }
  const rise = last / lowest - 1;
  const trainFell = train.length > 1 && train.at(-1)! < train[judged.indexOf(lowest)]!;
  if (validation.length > 0 && rise >= risen && trainFell)
    return `Validation loss is lowest at epoch ${lowestEpoch} and has risen by ${percent(rise, 0)} since, while training loss went on falling: the network begins to memorise.`;
  const fall = 1 - last / judged.at(-2)!;
  if (fall >= level)
    return `${capitalised(name)} still falls at the last epoch (by ${percent(fall, 0)}): more epochs may help.`;
  return `${capitalised(name)} has levelled off: it is lowest at epoch ${lowestEpoch} (${decimal(lowest)}) and ${decimal(last)} at the last.`;
}
