/**
 * The files that a page is made of: ours from `templates/`, a user's from a folder of their own laid over them name by
 * name, and the chart library. Finds, reads and digests them; compiling is `compile-templates.ts`. Light: planning a run
 * reads these files to know whether its report is still the same.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isInside } from '../core/inside-folder.js';
import { expected, ProblemError } from '../core/problem.js';
import { suggestName } from '../core/suggest.js';

export interface TemplateFile {
  /** Absolute. */
  readonly path: string;
  /** Whether it is the user's. */
  readonly own: boolean;
}

export interface TemplateFiles {
  readonly layout: TemplateFile;
  /** By the name under which templates include them. */
  readonly partials: ReadonlyMap<string, TemplateFile>;
  /** In the order in which they come on the page. */
  readonly styles: readonly TemplateFile[];
  readonly scripts: readonly TemplateFile[];
}

/** Pages that show many runs: their views are modules (`src/report/browser/`) that the build joins into `dist/pages/`. */
const pagesOfRuns = ['comparison', 'live'];

/** Where `templates/` lies, whether this runs from `src/` or `dist/`. */
const assayRoot = fileURLToPath(new URL('../../', import.meta.url));

function filesOf(folder: string, extension: string, own: boolean): TemplateFile[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(extension))
    .sort()
    .map((name) => ({ path: join(folder, name), own }));
}

function byName(files: readonly TemplateFile[]): [string, TemplateFile][] {
  return files.map((file) => [file.path.slice(file.path.search(/[^/\\]+$/), -'.hbs'.length), file]);
}

/** The files of the page `page` (a folder in `templates/`), without a user's. */
function ownFiles(packageRoot: string, page: string): TemplateFiles {
  const folder = join(packageRoot, 'templates', page);
  const components = join(packageRoot, 'templates', 'components');
  const require = createRequire(join(packageRoot, 'package.json'));
  const library = (file: string): TemplateFile => ({
    path: require.resolve(`uplot/dist/${file}`),
    own: false,
  });
  const ofRuns = (extension: string) =>
    pagesOfRuns.includes(page) ? filesOf(join(packageRoot, 'templates', 'runs'), extension, false) : [];
  return {
    layout: { path: join(folder, 'layout.hbs'), own: false },
    partials: new Map([
      ...byName(filesOf(components, '.hbs', false)),
      ...byName(ofRuns('.hbs')),
      ...byName(filesOf(join(folder, 'partials'), '.hbs', false)),
    ]),
    styles: [
      library('uPlot.min.css'),
      ...filesOf(components, '.css', false),
      ...ofRuns('.css'),
      ...filesOf(folder, '.css', false),
    ],
    scripts: [
      // The comparison brings its charts along.
      ...(page === 'comparison'
        ? [{ path: join(components, 'page.js'), own: false }]
        : [library('uPlot.iife.min.js'), ...filesOf(components, '.js', false)]),
      ...(pagesOfRuns.includes(page)
        ? [{ path: join(packageRoot, 'dist', 'pages', `${page}.js`), own: false }]
        : []),
      ...filesOf(folder, '.js', false),
    ],
  };
}

const userFiles = ['layout.hbs', 'partials', 'styles.css', 'script.js'];

/** A link would bring a file from anywhere into a page that is sent to others. */
function refuseLinksOut(folder: string, name: string): void {
  const path = join(folder, name);
  const names = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true ? readdirSync(path) : [];
  for (const one of [name, ...names.map((each) => join(name, each))]) {
    const place = existsSync(join(folder, one)) ? realpathSync(join(folder, one)) : undefined;
    if (place !== undefined && isInside(place, realpathSync(folder))) continue;
    throw new ProblemError({
      code: 'template-outside',
      message: expected(
        `${one} in the template folder`,
        'a file in that folder',
        `a link to ${place === undefined ? 'nothing' : 'a file elsewhere'}`,
      ),
      fix: 'put a copy of the file in its place',
    });
  }
}

/**
 * Lists the files of a page, a user's in the place of ours. Reads folders, not files.
 * @throws {ProblemError} `no-template-folder` when the user's folder isn't there, `unknown-template-file` for a name in
 * it that would never be used, `template-outside` for a link that leads out of it.
 */
export function findTemplateFiles(
  page: string,
  userFolder: string | undefined,
  packageRoot: string = assayRoot,
): TemplateFiles {
  const ours = ownFiles(packageRoot, page);
  if (userFolder === undefined) return ours;
  if (!existsSync(userFolder) || !statSync(userFolder).isDirectory()) {
    throw new ProblemError({
      code: 'no-template-folder',
      message: expected('"template"', 'a folder of templates', userFolder),
      fix: 'make the folder, or leave the setting out; docs/report.md tells what may lie in it',
    });
  }
  for (const name of readdirSync(userFolder)) {
    if (name.startsWith('.') || /^readme/i.test(name)) continue;
    if (userFiles.includes(name)) {
      refuseLinksOut(userFolder, name);
      continue;
    }
    throw new ProblemError({
      code: 'unknown-template-file',
      message: expected('each file in the template folder', `one of ${userFiles.join(', ')}`, name),
      fix: suggestName(name, userFiles),
    });
  }
  const user = (name: string): TemplateFile[] =>
    existsSync(join(userFolder, name)) ? [{ path: join(userFolder, name), own: true }] : [];
  const partials = existsSync(join(userFolder, 'partials'))
    ? filesOf(join(userFolder, 'partials'), '.hbs', true)
    : [];
  return {
    layout: user('layout.hbs')[0] ?? ours.layout,
    partials: new Map([...ours.partials, ...byName(partials)]),
    styles: [...ours.styles, ...user('styles.css')],
    scripts: [...ours.scripts, ...user('script.js')],
  };
}

/** SHA-256 over the names and bytes of everything in `files`. */
export function digestTemplateFiles({ layout, partials, styles, scripts }: TemplateFiles): string {
  const hash = createHash('sha256');
  const parts = [['layout', layout] as const, ...partials, ...styles.entries(), ...scripts.entries()];
  for (const [name, { path }] of parts) {
    const bytes = readFileSync(path);
    // Name and length go in too, so that bytes can't wander from one file to the next unseen.
    hash.update(`${name} ${bytes.length}\n`).update(bytes);
  }
  return hash.digest('hex');
}

/** How a problem names a template: relative to the project, or to Assay's own root. */
export function shownPath({ path, own }: TemplateFile, projectRoot: string): string {
  return relative(own ? projectRoot : assayRoot, path).replaceAll('\\', '/');
}
