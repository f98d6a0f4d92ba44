import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatProblem } from '../../src/core/format-problem.js';
import { ProblemError } from '../../src/core/problem.js';
import { createReportRenderer } from '../../src/report/report-renderer.js';
import { makeRunFixture, type RunFixture } from './run-fixture.js';

const hostile = `</script><script>alert(1)</script>"'&{{x}}<!--\u2028`;
let folder: string;
let fixture: RunFixture;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-report-'));
  fixture = makeRunFixture(join(folder, 'plain'), { testImages: 1000 });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface RenderOptions {
  readonly run?: RunFixture;
  readonly templateFolder?: string;
  readonly settings?: Record<string, string | number>;
}

async function render({ run = fixture, templateFolder, settings = {} }: RenderOptions = {}): Promise<string> {
  const output = mkdtempSync(join(folder, 'output-'));
  await createReportRenderer().render({ ...run, output, settings, templateFolder, projectRoot: folder });
  return readFileSync(join(output, 'report.html'), 'utf8');
}

/** A user's template folder with these files. */
function templates(files: Record<string, string>): string {
  const made = mkdtempSync(join(folder, 'templates-'));
  mkdirSync(join(made, 'partials'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(made, name), text);
  return made;
}

/** The problem of a rendering that fails, as the terminal draws it, with the folder's random name taken out. */
async function problemOf(options: RenderOptions): Promise<string> {
  const error: unknown = await render(options).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ProblemError)) throw new Error(`no problem, but ${String(error)}`);
  return formatProblem(error.problems[0]!)
    .replaceAll(folder, 'PROJECT')
    .replaceAll(/templates-\w+/g, 'mine');
}

describe('a report', () => {
  it('tells of everything it was given, in one small file that asks for nothing', async () => {
    const html = await render();
    const sections = [...html.matchAll(/<section id="(\w+)"/g)].map(([, id]) => id);
    expect(sections).toEqual([
      'headline',
      'training',
      'confusion',
      'classes',
      'calibration',
      'mistakes',
      'data',
      'model',
      'stages',
      'configuration',
      'environment',
      'reproduction',
    ]);
    expect(html).not.toMatch(/(src|href)="(?!data:|#)/);
    expect(html.length).toBeLessThan(400_000);
  });

  it('allows by its policy the one style and the one script it holds, and nothing else', async () => {
    const html = await render();
    const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
    const styles = [...html.matchAll(/<style>([^]*?)<\/style>/g)].map(([, text]) => text!);
    const scripts = [...html.matchAll(/<script>([^]*?)<\/script>/g)].map(([, text]) => text!);
    expect([styles.length, scripts.length]).toEqual([1, 1]);
    expect(html).toContain(
      `content="default-src 'none'; style-src ${hash(styles[0]!)}; script-src ${hash(scripts[0]!)}; img-src data:; base-uri 'none'; form-action 'none'"`,
    );
    expect(html).not.toMatch(/<[^>]+\s(style|on\w+)=/);
  });

  it('keeps hostile text harmless wherever users may write', async () => {
    const run = makeRunFixture(join(folder, 'hostile'), { hostile, testImages: 200 });
    const html = await render({ run, settings: { title: hostile } });
    expect(html).not.toContain('<script>alert');
    expect(html).toContain(
      '<h1>&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#x27;&amp;{{x}}&lt;!--',
    );
    expect(html.match(/<script/g)).toHaveLength(2);
  });

  it('leaves out sections of which it was given nothing', async () => {
    const inputs = fixture.inputs.filter(({ type }) => type === 'trained-model');
    const html = await render({ run: { ...fixture, inputs } });
    const sections = [...html.matchAll(/<section id="(\w+)"/g)].map(([, id]) => id);
    expect(sections).toEqual([
      'headline',
      'training',
      'stages',
      'configuration',
      'environment',
      'reproduction',
    ]);
    expect(html).not.toContain('href="#confusion"');
  });

  it('shows as many mistakes as its settings say', async () => {
    expect((await render({ settings: { mistakes: 3 } })).match(/<img src="data:image\/png/g)).toHaveLength(3);
    expect(await render({ settings: { mistakes: 0 } })).not.toContain('id="mistakes"');
  });

  it('shows the matrix of many classes as an image, and every class in the tables', async () => {
    const classes = Array.from({ length: 60 }, (_, i) => `letter ${i}`);
    const run = makeRunFixture(join(folder, 'many'), { classes, testImages: 600 });
    const html = await render({ run });
    expect(html).toContain('Confusion matrix of 60 classes');
    expect(html).not.toContain('class="confusion"');
    for (const name of classes) expect(html).toContain(`<th scope="row">${name}</th>`);
  });

  it('refuses an artifact that is not what it should be', async () => {
    const broken = join(folder, 'broken');
    cpSync(join(folder, 'plain'), broken, { recursive: true });
    writeFileSync(join(broken, 'train', 'history.json'), '{"epochs":[{"epoch":"one"}]}');
    const inputs = fixture.inputs.map((input) => ({ ...input, folder: join(broken, input.stage) }));
    expect(await problemOf({ run: { ...fixture, inputs } })).toBe(
      'error[bad-artifact]: expected history.json: epochs[0].epoch to be a number, got "one"',
    );
    writeFileSync(join(broken, 'train', 'history.json'), '{');
    expect(await problemOf({ run: { ...fixture, inputs } })).toMatch(
      /^error\[bad-artifact\]: history.json can't be read: /,
    );
  });
});

describe("a user's templates", () => {
  it('take the place of ours file by file, as the example in the documentation says', async () => {
    const docs = readFileSync(fileURLToPath(new URL('../../docs/report.md', import.meta.url)), 'utf8');
    const example = (language: string): string =>
      new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``).exec(docs)![1]!;
    const html = await render({
      templateFolder: templates({ 'partials/masthead.hbs': example('hbs'), 'styles.css': example('css') }),
    });
    expect(html).toContain('<p class="eyebrow">Laboratory for Reading Machines</p>');
    expect(html).toContain('Run mnist-cnn-20261123-094105-3f9a, seed 7: The network recognises');
    expect(html).toContain(':root { --accent: light-dark(#7a3e9d, #c79be0); }\n</style>');
    expect(html).toContain('<section id="confusion"');
  });

  it('can be a whole page with partials of their own', async () => {
    const templateFolder = templates({
      'layout.hbs': '{{pageHead}}{{> motto text=run.experiment}}',
      'partials/motto.hbs': '<q>{{text}}</q>',
    });
    expect(await render({ templateFolder })).toMatch(/<\/style><q>mnist-cnn<\/q>$/);
  });

  const refused: readonly [string, Record<string, string>, string][] = [
    [
      'does not parse',
      { 'partials/training.hbs': '<p>\n{{#if charts}}\n</p>\n{{/each}}\n' },
      `mine/partials/training.hbs:2:4 error[bad-template]: if doesn't match each
  2 | {{#if charts}}
    |    ^`,
    ],
    [
      'breaks off',
      { 'partials/training.hbs': 'a\n{{sentence' },
      `mine/partials/training.hbs:2:1 error[bad-template]: expected the template to be one that Handlebars can read, got a character that may not stand here
  2 | {{sentence
    | ^
  fix: look for a tag that is not closed, on this line or before it`,
    ],
    [
      'names a field that is not there',
      { 'partials/masthead.hbs': '<h1>{{title}}</h1>\n<p>{{run.sead}}</p>' },
      `mine/partials/masthead.hbs:2:6 error[bad-template]: expected "sead" to be a field of what the template is given, got nothing
  2 | <p>{{run.sead}}</p>
    |      ^
  fix: docs/report.md and docs/comparison.md tell where the fields are listed; {{#if}} does not make one up`,
    ],
    [
      'includes a partial that is not there',
      { 'partials/masthead.hbs': '{{> logo}}' },
      `mine/partials/masthead.hbs:1:1 error[bad-template]: expected what {{> }} includes to be a file of partials/, got "logo"
  1 | {{> logo}}
    | ^
  fix: make partials/logo.hbs, or take one that is there`,
    ],
    [
      'writes to the console',
      { 'partials/masthead.hbs': '{{log title}}' },
      `mine/partials/masthead.hbs:1:1 error[bad-template]: expected a template to use helpers that make text, got {{log}}, which writes to a console
  1 | {{log title}}
    | ^`,
    ],
    [
      'inserts text unescaped',
      { 'partials/masthead.hbs': '<h1>{{{title}}}</h1>' },
      `mine/partials/masthead.hbs:1:5 error[bad-template]: expected what a template inserts to be escaped, got {{{ }}} or {{& }}
  1 | <h1>{{{title}}}</h1>
    |     ^
  fix: use two braces; markup belongs in the template itself`,
    ],
    [
      'reaches for prototypes',
      { 'partials/masthead.hbs': '{{#with run}}{{constructor.name}}{{/with}}' },
      `mine/partials/masthead.hbs:1:16 error[bad-template]: expected a template to name fields of the report, got "constructor.name"
  1 | {{#with run}}{{constructor.name}}{{/with}}
    |                ^
  fix: leave "constructor" out: prototypes are out of a template's reach`,
    ],
    [
      'is a partial that nothing includes',
      { 'partials/mastheat.hbs': '<p>' },
      `error[bad-template]: expected partials/mastheat.hbs to be included by a template, as {{> mastheat}}, got nobody who does
  fix: did you mean "masthead"?`,
    ],
    [
      'has a name that is never used',
      { 'layuot.hbs': '<p>' },
      `error[unknown-template-file]: expected each file in the template folder to be one of layout.hbs, partials, styles.css, script.js, got "layuot.hbs"
  fix: did you mean "layout.hbs"?`,
    ],
    [
      'is a script that would end itself early',
      { 'script.js': "document.title = '</script>';" },
      `error[bad-template]: expected mine/script.js to be free of "</script" and "<!--", which would end it early`,
    ],
  ];
  it.each(refused)('are refused when one %s', async (_, files, message) => {
    expect(await problemOf({ templateFolder: templates(files) })).toBe(message);
  });

  it('are refused when their folder is missing', async () => {
    expect(await problemOf({ templateFolder: join(folder, 'nowhere') })).toBe(
      `error[no-template-folder]: expected "template" to be a folder of templates, got "PROJECT/nowhere"
  fix: make the folder, or leave the setting out; docs/report.md tells what may lie in it`,
    );
  });

  it('can look up no prototype by a computed name', async () => {
    const layout = `[{{lookup run 'constructor'}}{{lookup (lookup run '__proto__') 'toString'}}]`;
    expect(await render({ templateFolder: templates({ 'layout.hbs': layout }) })).toBe('[]');
  });
});

describe("a report's digest", () => {
  it('changes with any byte of a template and with nothing else', () => {
    const renderer = createReportRenderer();
    const digest = (templateFolder?: string): string => renderer.digest(templateFolder);
    expect(digest(undefined)).toMatch(/^[0-9a-f]{64}$/);
    expect(digest(undefined)).toBe(digest(undefined));
    const mine = templates({ 'partials/masthead.hbs': '<p>one</p>' });
    const before = digest(mine);
    expect(before).not.toBe(digest(undefined));
    writeFileSync(join(mine, 'partials', 'masthead.hbs'), '<p>two</p>');
    expect(digest(mine)).not.toBe(before);
    writeFileSync(join(mine, 'partials', 'masthead.hbs'), '<p>one</p>');
    expect(digest(mine)).toBe(before);
    // Planning goes on without the folder; rendering says that it is missing.
    expect(digest(join(folder, 'nowhere'))).toMatch(/^[0-9a-f]{64}$/);
  });
});
