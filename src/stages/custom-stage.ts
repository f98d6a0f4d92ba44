/**
 * Loads a stage that a user wrote in TypeScript: bundled by esbuild in memory, so that no build step is needed and the
 * list of its files is known exactly; their digest is the stage's identity. Types are not checked here.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Message } from 'esbuild';
import { writeFileAtomic } from '../core/atomic-write.js';
import { sha256 } from '../core/digest.js';
import { canonicalJson } from '../core/json.js';
import { expected, failed, ok, type Problem, type Result } from '../core/problem.js';
import type { CustomStage } from './custom-stage-definition.js';
import { throwProblemOfUserCode } from './custom-stage-error.js';
import { Halt } from './halt.js';
import type { StageDescriptor, StageImplementation } from './stage.js';

interface Bundle {
  /** Files that went into it, relative to the project's root, with their digests. */
  readonly files: Readonly<Record<string, string>>;
  /** Packages it imports, by name, with their versions. */
  readonly packages: Readonly<Record<string, string>>;
  readonly code: string;
}

export interface LoadedStage {
  readonly descriptor: StageDescriptor;
  readonly schema: object;
}

function digestOf(file: string): string | undefined {
  return existsSync(file) ? sha256(readFileSync(file)) : undefined;
}

function packageVersion(name: string, from: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    const manifest = join(folder, 'node_modules', name, 'package.json');
    if (existsSync(manifest))
      return (JSON.parse(readFileSync(manifest, 'utf8')) as { version?: string }).version ?? 'unknown';
    if (dirname(folder) === folder) return 'missing';
  }
}

/** `@scope/name/deep` → `@scope/name`. */
function packageName(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

async function bundle(path: string, projectRoot: string): Promise<Result<Bundle>> {
  const esbuild = await import('esbuild');
  const packages: Record<string, string> = {};
  try {
    const built = await esbuild.build({
      entryPoints: [path],
      absWorkingDir: projectRoot,
      bundle: true,
      // Not written there: it makes the source map's paths relative to where the module will lie.
      outfile: '.assay/stages/module.mjs',
      write: false,
      metafile: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      sourcemap: 'inline',
      logLevel: 'silent',
      plugins: [
        {
          name: 'packages-stay-outside',
          setup(build) {
            const own = pathToFileURL(fileURLToPath(new URL('../index.js', import.meta.url))).href;
            build.onResolve({ filter: /^assay$/ }, () => ({ path: own, external: true }));
            build.onResolve({ filter: /^[^./]/ }, ({ path: specifier, resolveDir, kind }) => {
              if (kind === 'entry-point' || specifier.startsWith('node:')) return undefined;
              const name = packageName(specifier);
              packages[name] = packageVersion(name, resolveDir);
              return { path: specifier, external: true };
            });
          },
        },
      ],
    });
    const files: Record<string, string> = {};
    for (const input of Object.keys(built.metafile.inputs))
      files[input] = digestOf(join(projectRoot, input)) ?? '';
    return ok({ files, packages, code: built.outputFiles[0]!.text });
  } catch (error) {
    const messages = (error as { errors?: Message[] }).errors;
    if (messages === undefined) throw error;
    return failed(
      ...messages.map((message): Problem => {
        const { location } = message;
        const at =
          location === null
            ? undefined
            : {
                file: location.file,
                line: location.line,
                column: location.column + 1,
                length: Math.max(1, location.length),
                lineText: location.lineText,
              };
        return { code: 'stage-does-not-compile', message: message.text, at };
      }),
    );
  }
}

/** The bundle made last time, if every file that went into it still reads the same; spares starting esbuild. */
function readKept(record: string, projectRoot: string): Bundle | undefined {
  try {
    const kept = JSON.parse(readFileSync(record, 'utf8')) as Bundle;
    const same = Object.entries(kept.files).every(
      ([file, digest]) => digestOf(join(projectRoot, file)) === digest,
    );
    const samePackages = Object.entries(kept.packages).every(
      ([name, version]) => packageVersion(name, projectRoot) === version,
    );
    return same && samePackages ? kept : undefined;
  } catch {
    return undefined;
  }
}

function checkShape(stage: unknown, shown: string): Problem[] {
  const definition = stage as Partial<CustomStage> | undefined;
  if (typeof definition?.execute !== 'function') {
    return [
      {
        code: 'not-a-stage',
        message: expected(
          `the default export of ${shown}`,
          'a stage with an execute function',
          typeof definition,
        ),
        fix: "end the file with: export default defineStage({ execute(context) { … } }), imported from 'assay'",
      },
    ];
  }
  return [];
}

/**
 * Loads the stage at `path` (absolute). Problems: `stage-does-not-compile` with the place in the user's file,
 * `not-a-stage` when the default export is none, `stage-threw` when importing it throws.
 */
export async function loadCustomStage(path: string, projectRoot: string): Promise<Result<LoadedStage>> {
  const shown = relative(projectRoot, path).replaceAll('\\', '/');
  const folder = resolve(projectRoot, '.assay', 'stages');
  const record = join(folder, `${sha256(shown).slice(0, 16)}.json`);
  let made = readKept(record, projectRoot);
  if (made === undefined) {
    const fresh = await bundle(path, projectRoot);
    if (!fresh.ok) return fresh;
    made = fresh.value;
    writeFileAtomic(record, JSON.stringify(made));
  }
  const identity = { files: made.files, packages: made.packages };
  const module = join(folder, `${sha256(canonicalJson(identity)).slice(0, 32)}.mjs`);
  if (digestOf(module) !== sha256(made.code)) writeFileAtomic(module, made.code);

  process.setSourceMapsEnabled(true);
  let definition: CustomStage;
  try {
    definition = ((await import(pathToFileURL(module).href)) as { default: CustomStage }).default;
  } catch (error) {
    return failed({
      code: 'stage-threw',
      message: `${shown} threw while it was loaded: ${(error as Error).message}`,
    });
  }
  const problems = checkShape(definition, shown);
  if (problems.length > 0) return failed(...problems);
  return ok({
    descriptor: describe(definition, shown, projectRoot, identity),
    schema: definition.schema ?? noSettings,
  });
}

const noSettings = { type: 'object', properties: {}, additionalProperties: false };

function describe(
  definition: CustomStage,
  shown: string,
  projectRoot: string,
  identity: Pick<Bundle, 'files' | 'packages'>,
): StageDescriptor {
  const implementation: StageImplementation = {
    async execute(context) {
      try {
        return (await definition.execute(context)) ?? {};
      } catch (error) {
        if (context.signal.aborted) throw context.signal.reason;
        if (error instanceof Halt) throw error;
        return throwProblemOfUserCode(error, shown, projectRoot);
      }
    },
  };
  return {
    kind: shown,
    version: 0,
    consumes: definition.consumes ?? {},
    produces: definition.produces ?? 'files',
    dependsOnSeed: () => definition.usesSeed ?? true,
    dependsOnEngine: definition.usesEngine ?? false,
    identity: () => identity,
    load: () => Promise.resolve(implementation),
  };
}
