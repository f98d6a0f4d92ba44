/** The `constraints:` of a sweep: each parsed, with its names known to the pipeline, the space or the network's counts. */
import { suggestName } from '../../core/suggest.js';
import type { Constraint } from '../checked-sweep.js';
import { limits } from '../limits.js';
import type { ProblemList } from '../problem-list.js';
import { positionOf, type Place } from '../source-file.js';
import type { ScalarNode, SourceNode } from '../source-node.js';
import { parseConstraint, type ParsedConstraint } from './constraint.js';
import { ConstraintError } from './constraint-tokens.js';

/** What only the network's building shows. */
const networkCounts = ['parameters', 'trainableParameters'];

export interface KnownNames {
  /** Whether a setting of this path is there, or could be. */
  has(path: string): boolean;
  /** For "did you mean". */
  readonly all: readonly string[];
}

/** `names` is nothing where the pipeline could not be read. */
export function readConstraints(
  list: SourceNode | undefined,
  names: KnownNames | undefined,
  problems: ProblemList,
): readonly Constraint[] {
  if (list?.kind !== 'list') return [];
  return list.items.flatMap((item, index): readonly Constraint[] => {
    if (item.kind !== 'scalar' || typeof item.value !== 'string') return [];
    const text = item.value;
    const parsed = parse(item, text, `sweep.constraints.${index}`, problems);
    if (parsed === undefined) return [];
    for (const { text: name, from, to } of parsed.names) {
      if (names === undefined || networkCounts.includes(name) || names.has(name)) continue;
      problems.add({
        code: 'unknown-name',
        message: `expected "sweep.constraints.${index}" to name settings, parameters or trainableParameters, got "${name.slice(0, limits.keyLength)}"`,
        at: within(item, text, from, to),
        fix: suggestName(name.slice(0, limits.keyLength), nearby(name, names.all)),
      });
    }
    return [
      {
        text,
        needsNetwork: parsed.names.some(({ text: name }) => networkCounts.includes(name)),
        holds: (look) => parsed.holds(look),
        at: item.place === undefined ? undefined : positionOf(item.place),
      },
    ];
  });
}

function parse(
  item: ScalarNode,
  text: string,
  name: string,
  problems: ProblemList,
): ParsedConstraint | undefined {
  try {
    return parseConstraint(text);
  } catch (error) {
    if (!(error instanceof ConstraintError)) throw error;
    problems.add({
      code: 'bad-constraint',
      message: `expected "${name}" to be a condition, but: ${error.message}`,
      at: within(item, text, error.from, error.to),
    });
    return undefined;
  }
}

/** A stretch of the text where it stands in the file, if it stands there as it is (no escapes, no folding). */
function within({ place }: ScalarNode, text: string, from: number, to: number): Place | undefined {
  if (place === undefined) return undefined;
  const written = place.source.text.slice(place.from, place.to);
  const start = written.indexOf(text);
  return start < 0 ? place : place.source.place(place.from + start + from, place.from + start + to);
}

/** The list of all settings is too long to be read; those of the stage that is named are few. */
function nearby(name: string, all: readonly string[]): readonly string[] {
  const stage = `${name.split('.')[0]!}.`;
  const known = [...networkCounts, ...all];
  const near = known.filter((one) => one.startsWith(stage));
  return near.length > 0 ? near : known;
}
