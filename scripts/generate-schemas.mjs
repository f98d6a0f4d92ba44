/**
 * Makes, out of the TypeBox schemas in dist/, what is published under schemas/ for editors, and the compiled validators in
 * dist/config/ that spare every run from loading typebox and ajv. With --check it writes nothing and exits 1, naming
 * them, when files under schemas/ are not what it would write.
 *
 * Usage: node scripts/generate-schemas.mjs [--check]        (after tsc; npm run build does both)
 */
import console from 'node:console';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import standalone from 'ajv/dist/standalone/index.js';
import { build } from 'esbuild';
import { ExperimentFile, PipelineFile } from '../dist/config/file.schema.js';
import { normalizeSchema } from '../dist/config/json-schema.js';
import { ChoiceEntry, FilesEntry, SweepSpace } from '../dist/config/sweep/sweep.schema.js';
import { NetworkFile } from '../dist/models/network.schema.js';
import { RepeatSettings } from '../dist/models/repeat.schema.js';
import { builtInStages } from '../dist/stages/registry.js';
import { publishedSchemas } from './published-schemas.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** `dist/stages/train.schema.js` exports `TrainSettings`. */
async function settingsOf(kind) {
  const module = await import(`../dist/stages/${kind}.schema.js`);
  const name = `${kind.charAt(0).toUpperCase()}${kind.slice(1)}Settings`;
  if (module[name] === undefined) throw new Error(`src/stages/${kind}.schema.ts must export ${name}`);
  return module[name];
}

/** Descriptions are for people who write files; a run does not read them. */
function withoutDescriptions(schema) {
  if (Array.isArray(schema)) return schema.map(withoutDescriptions);
  if (typeof schema !== 'object' || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema).flatMap(([key, value]) => {
      if (key === 'description' && typeof value === 'string') return [];
      // Names of settings are no keywords.
      if (['properties', '$defs', 'definitions', 'patternProperties'].includes(key)) {
        return [
          [
            key,
            Object.fromEntries(
              Object.entries(value).map(([name, child]) => [name, withoutDescriptions(child)]),
            ),
          ],
        ];
      }
      return [[key, ['default', 'enum', 'const'].includes(key) ? value : withoutDescriptions(value)]];
    }),
  );
}

/**
 * Gives each of many layer types a definition, and so a function, of its own: a run then has only those compiled by
 * JavaScript's engine that its network uses. Changes `schema`.
 */
function spreadOut(schema) {
  const definitions = (schema.$defs ??= {});
  const visit = (node) => {
    if (typeof node !== 'object' || node === null) return;
    for (const child of Object.values(node)) visit(child);
    if (node.maxProperties !== 1 || node.properties === undefined) return;
    for (const [name, child] of Object.entries(node.properties)) {
      const definition = `${name}-${Object.keys(definitions).length}`;
      definitions[definition] = child;
      node.properties[name] = { $ref: `#/$defs/${definition}` };
    }
  };
  for (const [key, child] of Object.entries(schema)) if (key !== '$defs') visit(child);
  return schema;
}

/** One module that exports `{ schema, validate }` under each name; `kinds` groups those of stages. */
async function compile(file, schemas, kinds = {}) {
  const ajv = new Ajv({
    allErrors: true,
    discriminator: true,
    strict: false,
    validateFormats: false,
    inlineRefs: false,
    messages: false,
    code: { source: true, esm: true, lines: false },
  });
  const all = {
    ...schemas,
    ...Object.fromEntries(Object.entries(kinds).map(([kind, schema]) => [`${kind}Stage`, schema])),
  };
  for (const [name, schema] of Object.entries(all)) ajv.addSchema({ ...schema, $id: `${name}.json` }, name);
  const functions = Object.fromEntries(Object.keys(all).map((name) => [`${name}Validate`, `${name}.json`]));
  const checker = (name, key = name) => `{ schema: ${JSON.stringify(all[key])}, validate: ${key}Validate }`;
  const code = [
    standalone.default(ajv, functions),
    ...Object.keys(schemas).map((name) => `export const ${name} = ${checker(name)};`),
    Object.keys(kinds).length > 0 &&
      `export const kinds = { ${Object.keys(kinds)
        .map((kind) => `${kind}: ${checker(kind, `${kind}Stage`)}`)
        .join(', ')} };`,
  ];
  // Bundled, because ajv's standalone code requires helpers of ajv, which would load it after all.
  const bundled = await build({
    stdin: { contents: code.filter(Boolean).join('\n'), resolveDir: root },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    legalComments: 'none',
  });
  const path = join(root, 'dist/config', file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bundled.outputFiles[0].text);
}

function readOr(path, otherwise) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return otherwise;
  }
}

const kinds = {};
for (const kind of Object.keys(builtInStages)) kinds[kind] = await settingsOf(kind);
const published = publishedSchemas({
  experiment: ExperimentFile,
  pipeline: PipelineFile,
  network: NetworkFile,
  repeat: RepeatSettings,
  choices: { entry: ChoiceEntry, files: FilesEntry },
  kinds,
});
const texts = Object.entries(published).map(([name, schema]) => [
  join('schemas', name),
  `${JSON.stringify(schema, null, 2)}\n`,
]);
const stale = texts.filter(([path, text]) => readOr(join(root, path)) !== text);

if (process.argv.includes('--check')) {
  for (const [path] of stale) console.error(`${path} is stale: run npm run build and commit it`);
  if (stale.length > 0) process.exitCode = 1;
} else {
  mkdirSync(join(root, 'schemas'), { recursive: true });
  for (const [path, text] of stale) writeFileSync(join(root, path), text);
  const judge = (schema, keepReferences) => withoutDescriptions(normalizeSchema(schema, keepReferences));
  await compile(
    'validators.js',
    {
      experiment: judge(ExperimentFile),
      pipeline: judge(PipelineFile),
      space: judge(SweepSpace),
      network: spreadOut(judge(NetworkFile, true)),
      repeat: judge(RepeatSettings),
    },
    Object.fromEntries(Object.entries(kinds).map(([kind, schema]) => [kind, judge(schema)])),
  );
}
