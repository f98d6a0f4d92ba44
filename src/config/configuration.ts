/**
 * One configuration out of many files: the pipeline's settings, then what each experiment of the chain sets, the farthest
 * first, then the command line. References are still as written.
 */
import { replaceAt, splitPath, unknownTarget, type Assignment } from './dotted-path.js';
import type { ExperimentLayer } from './experiment-chain.js';
import { showValue } from '../core/problem.js';
import { suggestName } from '../core/suggest.js';
import type { Pipeline, PipelineStage } from './pipeline-file.js';
import type { Finding, ProblemList } from './problem-list.js';
import { emptyMap, makeMap, member, type MapEntry, type MapNode, type SourceNode } from './source-node.js';

export interface ConfiguredStage {
  readonly stage: PipelineStage;
  readonly settings: MapNode;
}

export interface Configuration {
  /** `seed`, `engine` and `name` where anybody gives them, and `description`. */
  readonly facts: MapNode;
  readonly params: MapNode;
  readonly stages: readonly ConfiguredStage[];
}

const inherited = ['seed', 'engine'] as const;
const fromCommandLine: readonly string[] = ['seed', 'engine', 'name'];

/** `layers` has the experiment first, as `readChain` gives them; without any, the pipeline alone is configured. */
export function mergeConfiguration(
  pipeline: Pipeline,
  layers: readonly ExperimentLayer[],
  commandLine: readonly Assignment[],
  problems: ProblemList,
): Configuration {
  const { params, stages } = pipeline;
  const bare: Configuration = {
    facts: emptyMap(),
    params,
    stages: stages.map((stage) => ({ stage, settings: stage.settings })),
  };
  const merger = new Merger(bare, problems);
  for (const layer of layers.toReversed()) {
    merger.addParams(layer.params);
    merger.addFacts(layer.document.root, layer === layers[0]);
    for (const assignment of layer.set) merger.assign(assignment);
  }
  for (const assignment of commandLine) {
    if (fromCommandLine.includes(assignment.path)) merger.setFact(assignment);
    else merger.assign(assignment);
  }
  return merger.result();
}

/** The configuration with more set over it, as a trial of a sweep does: paths, `seed` and `engine`. In the order given. */
export function assignOver(
  configuration: Configuration,
  assignments: readonly Assignment[],
  problems: ProblemList,
): Configuration {
  const merger = new Merger(configuration, problems);
  for (const assignment of assignments) {
    if (isInheritedFact(assignment.path)) merger.setFact(assignment);
    else merger.assign(assignment);
  }
  return merger.result();
}

/** Whether a path names what is set beside the stages and handed on to experiments that extend this one. */
function isInheritedFact(path: string): boolean {
  return (inherited as readonly string[]).includes(path);
}

class Merger {
  private readonly problems: ProblemList;
  private readonly stages: Map<string, ConfiguredStage>;
  private params: MapNode;
  private readonly facts: Map<string, MapEntry>;

  constructor({ facts, params, stages }: Configuration, problems: ProblemList) {
    this.problems = problems;
    this.params = params;
    this.facts = new Map(facts.entries);
    this.stages = new Map(stages.map((configured) => [configured.stage.name, configured]));
  }

  addParams(params: MapNode): void {
    this.params = makeMap(new Map([...this.params.entries, ...params.entries]), this.params.place);
  }

  addFacts(root: MapNode, own: boolean): void {
    for (const key of own ? [...inherited, 'name', 'description'] : inherited) {
      const entry = root.entries.get(key);
      if (entry !== undefined) this.facts.set(key, entry);
    }
  }

  setFact({ path, at, value }: Assignment): void {
    this.facts.set(path, { key: at, value });
  }

  assign(assignment: Assignment): void {
    if (this.problems.full) return;
    const keys = splitPath(assignment.path, assignment.at);
    if ('code' in keys) {
      this.problems.add(keys);
      return;
    }
    const [first = '', ...rest] = keys;
    const stage = this.stages.get(first);
    const findings: Finding[] = [];
    if (first === 'params') this.assignParam(assignment, rest, findings);
    else if (stage === undefined)
      findings.push(unknownTarget(assignment, first, this.targets(), this.settingsNamed(first)));
    else if (rest.length > 0) {
      const settings = replaceAt(stage.settings, rest, assignment, stage.stage.kind?.schema, findings);
      this.stages.set(first, { stage: stage.stage, settings });
    } else if (assignment.value.kind === 'map') {
      this.stages.set(first, { stage: stage.stage, settings: { ...assignment.value, place: assignment.at } });
    } else findings.push(notWhole(assignment, 'the settings of a stage'));
    for (const finding of findings) this.problems.add(finding);
  }

  private assignParam(assignment: Assignment, keys: readonly string[], findings: Finding[]): void {
    const [name] = keys;
    if (name === undefined) {
      findings.push(notWhole(assignment, 'all params; name one of them', false));
    } else if (this.params.entries.has(name)) {
      this.params = replaceAt(this.params, keys, assignment, undefined, findings);
    } else {
      findings.push({
        code: 'unknown-param',
        message: `expected "${assignment.path}" to set a param that the pipeline or an experiment declares, got ${showValue(name)}`,
        at: assignment.at,
        fix: suggestName(name, [...this.params.entries.keys()]),
      });
    }
  }

  /** Paths of the settings of that name, of all stages. */
  private settingsNamed(name: string): string[] {
    return [...this.stages.values()].flatMap(({ stage }) =>
      Object.hasOwn(stage.kind?.schema.properties ?? {}, name) ? [`${stage.name}.${name}`] : [],
    );
  }

  private targets(): string[] {
    return [...this.stages.keys(), 'params'];
  }

  result(): Configuration {
    return { facts: makeMap(this.facts, undefined), params: this.params, stages: [...this.stages.values()] };
  }
}

function notWhole({ path, at }: Assignment, what: string, mapping = true): Finding {
  return {
    code: 'bad-path',
    message: mapping
      ? `expected "${path}" as a whole to be replaced by a mapping, ${what}`
      : `expected a path below "${path}", got ${what}`,
    at,
  };
}

/** A fact that somebody gave, when it has the right type; its form was checked. */
export function factOf(configuration: Configuration, key: string): SourceNode | undefined {
  return member(configuration.facts, key);
}
