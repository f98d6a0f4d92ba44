/** `assay plan`: what a run would do, and why. */
import { formatProblem } from '../../core/format-problem.js';
import { formatSeconds } from '../../core/format-units.js';
import { assessPlan, showCheckpoint, type StageForecast } from '../../run/assess-plan.js';
import { exitCodes, print, printJson, problemStyle, refuse, say } from '../output.js';
import { engineShare, type ShareOptions } from '../engine-share.js';
import { prepare } from '../wire.js';

export interface PlanOptions extends ShareOptions {
  readonly set: readonly string[];
  readonly json?: boolean;
}

function describe(stage: StageForecast): string[] {
  switch (stage.state) {
    case 'cached':
      return [`cached   ${stage.fingerprint.slice(0, 12)}, took ${formatSeconds(stage.entry.seconds)}`];
    case 'runs': {
      const { why, checkpoint } = stage;
      const goesOn =
        checkpoint === undefined ? [] : [`goes on from its checkpoint ${showCheckpoint(checkpoint)}`];
      const [first = '', ...rest] = [...goesOn, ...why];
      return [`runs     ${first}`, ...rest.map((line) => `         ${line}`)];
    }
    case 'waits': {
      const unless = `needs ${stage.on.join(', ')}; stays cached if that output is as before`;
      if (stage.why.length === 0) return [`depends  ${unless}`];
      return [`runs     ${stage.why[0]!}`, ...stage.why.slice(1).map((why) => `         ${why}`)];
    }
  }
}

export async function planCommand(file: string, options: PlanOptions): Promise<number> {
  const share = engineShare(options);
  if (!share.ok) return refuse(share.problems, options);
  const prepared = await prepare(file, options.set, share.value);
  if (!prepared.ok) return refuse(prepared.problems, options);
  const { project, experiment, engine } = prepared.value;
  const forecast = await assessPlan(engine.plan, project.cache);
  for (const problem of forecast.problems) {
    say(formatProblem(problem, problemStyle, 'warning'));
  }
  if (options.json === true) {
    const stages = forecast.stages.map((stage) => ({
      name: stage.name,
      kind: stage.kind,
      state: stage.state,
      fingerprint: stage.state === 'waits' ? undefined : stage.fingerprint,
      why: stage.state === 'cached' ? [] : stage.why,
      needs: stage.state === 'waits' ? stage.on : [],
      checkpoint: stage.state === 'runs' ? stage.checkpoint : undefined,
    }));
    printJson({ experiment: experiment.name, engine: engine.identity.name, stages });
    return exitCodes.done;
  }
  const width = Math.max(...forecast.stages.map(({ name }) => name.length));
  print(`${experiment.name} (${experiment.file}), engine ${engine.identity.name}, seed ${experiment.seed}`);
  for (const stage of forecast.stages) {
    const [first, ...rest] = describe(stage);
    print(`  ${stage.name.padEnd(width)}  ${first ?? ''}`);
    for (const line of rest) print(`  ${' '.repeat(width)}  ${line}`);
  }
  const cached = forecast.stages.filter(({ state }) => state === 'cached').length;
  print(`${cached} of ${forecast.stages.length} stages cached`);
  return exitCodes.done;
}
