/**
 * Puts a network in the place of its name: a preset, a file of the user's, or the mapping written in place; its own
 * parameters and everything else its stage knows are put in. What comes out holds neither parameters nor a description,
 * so that equal networks have equal fingerprints.
 */
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expected } from '../core/problem.js';
import { suggestName } from '../core/suggest.js';
import { checkValue } from './explain-errors.js';
import { limits } from './limits.js';
import { resolveLayers, type NetworkCheckers } from './network-layers.js';
import type { ProblemList } from './problem-list.js';
import { packageRoot } from './project-path.js';
import { readDocument } from './read-source.js';
import type { Root } from './references.js';
import { fillDefaults } from './schema-walk.js';
import type { Place } from './source-file.js';
import {
  emptyMap,
  makeMap,
  member,
  toJson,
  withEntry,
  withoutEntry,
  type MapNode,
  type ScalarNode,
  type SourceNode,
} from './source-node.js';

export interface NetworkContext {
  readonly projectRoot: string;
  readonly checkers: NetworkCheckers;
  /** Files that were read before. */
  readonly files?: NetworkFiles | undefined;
  /** Everything outside of the stage that a reference may name. */
  readonly root: Root;
}

/** Networks by the file that names them and the name. Those that could not be read are not kept. */
export type NetworkFiles = Map<string, MapNode>;

const presetFolder = join('pipelines', 'networks');

/** The stage's settings with the network at `key`; as they were, when it has none or the reason was told. */
export function inlineNetwork(
  stage: string,
  settings: MapNode,
  key: string,
  context: NetworkContext,
  problems: ProblemList,
): MapNode {
  const entry = settings.entries.get(key);
  if (entry === undefined) return settings;
  const written = entry.value;
  if (written.kind === 'scalar' && written.broken === true) return settings;
  let network: MapNode;
  let name = '';
  if (written.kind === 'map') {
    network = written;
    name = `${stage}.${key}`;
  } else if (written.kind === 'scalar' && typeof written.value === 'string') {
    const read = cached(written, written.value, context.files, () =>
      readNetwork(written, String(written.value), `"${stage}.${key}"`, context.projectRoot, problems),
    );
    if (read === undefined) return settings;
    network = read;
  } else {
    problems.add({
      code: 'wrong-type',
      message: expected(
        `"${stage}.${key}"`,
        'the name of a preset, the path of a file or a mapping',
        toJson(written),
      ),
      at: written.place ?? settings.place,
    });
    return settings;
  }
  const at = written.place ?? settings.place;
  const resolved = resolveNetwork(network, withoutEntry(settings, key), name, stage, context, problems);
  if (resolved === undefined) return settings;
  const filled = fillDefaults(context.checkers.network.schema, resolved);
  checkValue(context.checkers.network, { node: filled, name, at: network.place ?? at }, problems);
  return withEntry(settings, key, { key: entry.key, value: filled });
}

function cached(
  written: ScalarNode,
  name: string,
  files: NetworkFiles | undefined,
  read: () => MapNode | undefined,
): MapNode | undefined {
  const key = `${(written.origin ?? written.place)?.source.path ?? ''}\n${name}`;
  const known = files?.get(key);
  if (known !== undefined) return known;
  const made = read();
  if (made !== undefined) files?.set(key, made);
  return made;
}

function readNetwork(
  written: ScalarNode,
  name: string,
  what: string,
  projectRoot: string,
  problems: ProblemList,
): MapNode | undefined {
  const statedAt: Place | undefined = written.origin ?? written.place;
  const at = written.place;
  if (/\.ya?ml$/i.test(name) || /[\\/]/.test(name)) {
    const from = statedAt === undefined ? projectRoot : dirname(statedAt.source.path);
    return atFile(readDocument({ path: name, from, root: projectRoot, what, at }, problems));
  }
  const roots = [projectRoot, packageRoot];
  const root = /^[\w-]{1,100}$/.test(name)
    ? roots.find((folder) => existsSync(join(folder, presetFolder, `${name}.yaml`)))
    : undefined;
  if (root === undefined) {
    const known = new Set(roots.flatMap((folder) => presetsIn(join(folder, presetFolder))));
    problems.add({
      code: 'unknown-preset',
      message: expected(what, 'the name of a preset, the path of a file or a mapping', name),
      at,
      fix: suggestName(name.slice(0, limits.keyLength), [...known]),
    });
    return undefined;
  }
  return atFile(
    readDocument({ path: `${name}.yaml`, from: join(root, presetFolder), root, what, at }, problems),
  );
}

/** What is missing at the top of a network's file is missed at the file's beginning. */
function atFile(document: ReturnType<typeof readDocument>): MapNode | undefined {
  if (document === undefined) return undefined;
  return { ...document.root, place: document.source.lineAt(document.root.place?.from ?? 0) };
}

function presetsIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) =>
    name.endsWith('.yaml') ? [name.slice(0, -'.yaml'.length)] : [],
  );
}

function resolveNetwork(
  network: MapNode,
  settings: MapNode,
  name: string,
  stage: string,
  { root, checkers }: NetworkContext,
  problems: ProblemList,
): MapNode | undefined {
  const declared = member(network, 'parameters') ?? emptyMap(network.place);
  if (declared.kind !== 'map') {
    problems.add({
      code: 'wrong-type',
      message: expected('"parameters"', 'a mapping', toJson(declared)),
      at: declared.place,
    });
    return undefined;
  }
  const parameters = withValues(declared, member(settings, 'parameters'), stage, problems);
  const scope = new Map<string, SourceNode>([...settings.entries].map(([name, { value }]) => [name, value]));
  scope.set('parameters', parameters);
  const bare = withoutEntry(withoutEntry(network, 'parameters'), 'description');
  const resolved = resolveLayers(bare, { roots: [scope, root], checker: checkers.repeat, name }, problems);
  return resolved.kind === 'map' ? resolved : undefined;
}

/** The parameters that a network declares, with the values that the stage gives them. */
function withValues(
  declared: MapNode,
  given: SourceNode | undefined,
  stage: string,
  problems: ProblemList,
): MapNode {
  if (given?.kind !== 'map') return declared;
  const entries = new Map(declared.entries);
  for (const [name, entry] of given.entries) {
    const parameter = entries.get(name);
    if (parameter === undefined) {
      problems.add({
        code: 'unknown-parameter',
        message: `expected "${stage}.parameters" to hold parameters of the network, got "${name}"`,
        at: entry.key ?? given.place,
        related: { message: 'its parameters stand here', at: declared.place },
        fix: suggestName(name, [...declared.entries.keys()]),
      });
    } else entries.set(name, entry);
  }
  return makeMap(entries, declared.place);
}
