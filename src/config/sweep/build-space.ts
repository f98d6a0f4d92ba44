/** From drafts to the space that samplers see: ids, and plain values. */
import { positionOf } from '../source-file.js';
import { toJson } from '../source-node.js';
import type { Parameter, SearchSpace } from '../checked-sweep.js';
import type { DraftParameter } from './draft-parameter.js';

export function buildSpace(drafts: readonly DraftParameter[]): SearchSpace {
  const ids = idsOf(drafts);
  const parameters = drafts.map((draft): Parameter => {
    const { path, at, distribution, choices, when } = draft;
    return {
      id: ids.get(draft)!,
      path,
      distribution,
      choices:
        distribution.kind === 'choice'
          ? choices.map(({ label, value }) => ({ label, value: toJson(value) }))
          : undefined,
      when: when.map(({ parameter, choice }) => ({ parameter: ids.get(parameter)!, choice })),
      at: at === undefined ? undefined : positionOf(at),
    };
  });
  return { parameters };
}

/** The path alone; where several choices bring it, with those choices before it: `parametric/build.parameters.depth`. */
function idsOf(drafts: readonly DraftParameter[]): ReadonlyMap<DraftParameter, string> {
  const counts = new Map<string, number>();
  for (const { path } of drafts) counts.set(path, (counts.get(path) ?? 0) + 1);
  const taken = new Set<string>();
  return new Map(
    drafts.map((draft): [DraftParameter, string] => {
      const { path, when } = draft;
      const labels = when.map(({ parameter, choice }) => parameter.choices[choice]!.label);
      const wanted = counts.get(path) === 1 ? path : [...labels, path].join('/');
      let id = wanted;
      // Labels are users' own, and may hold what stands between them here.
      for (let number = 2; taken.has(id); number += 1) id = `${wanted} (${number})`;
      taken.add(id);
      return [draft, id];
    }),
  );
}
