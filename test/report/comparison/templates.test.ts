/** A user's own templates for the comparison: laid over ours, and held as tightly as those of a run's report. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ProblemError, type Problem } from '../../../src/core/problem.js';
import { comparisonPage } from '../../../src/report/comparison/render-comparison.js';
import { makeComparison } from './comparison-fixture.js';

const root = mkdtempSync(join(tmpdir(), 'assay-comparison-templates-'));
const comparison = makeComparison({ runs: 12, parameters: 4, epochs: 3, testImages: 100 });
let count = 0;

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = join(root, `templates-${count++}`);
  mkdirSync(join(folder, 'partials'), { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

function render(files: Readonly<Record<string, string>>, folder = folderWith(files)): string {
  return comparisonPage(comparison, { templateFolder: folder, projectRoot: root });
}

function problemOf(files: Readonly<Record<string, string>>, folder = folderWith(files)): Problem {
  try {
    render(files, folder);
  } catch (error) {
    if (error instanceof ProblemError) return error.problems[0]!;
    throw error;
  }
  throw new Error('expected a problem, got a page');
}

describe("a comparison's templates", () => {
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  it('take the place of ours, with sections of their own, styles and a script', () => {
    const page = render({
      'partials/verdict.hbs':
        '{{#> section id="verdict" title="Who won"}}\n<p class="mine">{{winner.name}} of {{@root.runs.rows.length}}</p>\n{{/section}}\n',
      'styles.css': ':root { --accent: light-dark(#7a3e9d, #c79be0); }',
      'script.js': 'document.documentElement.dataset.mine = "";',
    });
    expect(page).toContain(`<p class="mine">trial ${comparison.runs[0]!.trial!.number} of 12</p>`);
    expect(page).toContain('#7a3e9d');
    expect(page).toContain('dataset.mine');
    expect(page).toContain('id="curves"');
    // Theirs runs when all sections are there, ours as soon as the table is.
    const places = ['id="runs"', 'id="page-data"', 'id="curves"', 'id="page-rest"', 'dataset.mine'];
    expect(places.map((text) => page.indexOf(text)).toSorted((a, b) => a - b)).toEqual(
      places.map((text) => page.indexOf(text)),
    );
  });

  it('may be a layout that does not say where the page comes to life: at its end', () => {
    const page = render({ 'layout.hbs': '<title>é 漢 👋</title>{{pageHead}}{{> runs runs}}{{pageScripts}}' });
    expect(page).toMatch(/^<title>&#233; &#28450; &#128075;<\/title>/);
    expect(page).not.toContain(`classList.add('starting')`);
    expect(page.split('id="page-data"').length).toBe(2);
    expect(page.indexOf('id="page-rest"')).toBeGreaterThan(page.indexOf('id="page-data"'));
  });

  it('keep their letters where numbers would mean something else', () => {
    const page = render({
      'partials/verdict.hbs':
        '<p data-größe="gr\u00f6\u00dfer" title="ä">é</p><script type="application/json" id="words">"ö"</script><!-- don\'t ü -->\n<b>ß</b>\n',
      'styles.css': '.a::after { content: "é"; }\r\n.b { color: red; }\r\n',
    });
    expect(page).toContain('<p data-größe="gr&#246;&#223;er" title="&#228;">&#233;</p>');
    expect(page).toContain('id="words">"ö"</script>');
    expect(page).toContain('<b>&#223;</b>');
    expect(page).toContain('.a::after { content: "é"; }\n.b { color: red; }');
  });

  it('make a page of ASCII alone, which says so first', () => {
    const page = render({});
    expect(page.startsWith('\ufeff<!doctype html>')).toBe(true);
    expect(/[^\n\x20-\x7e]/.exec(page.slice(1))?.[0]).toBeUndefined();
  });

  it.each([
    ['{{constructor.name}}', 'expected a template to name fields of the report, got "constructor.name"'],
    ['{{winner.__proto__.x}}', 'expected a template to name fields of the report, got "winner.__proto__.x"'],
    ['{{lookup . "constructor"}}', undefined],
    ['{{{sentence}}}', 'expected what a template inserts to be escaped, got {{{ }}} or {{& }}'],
    ['{{> ../../../etc/passwd}}', undefined],
    ['{{winnner}}', 'expected "winnner" to be a field of what the template is given, got nothing'],
  ])('may not reach further than the view: %s', (text, message) => {
    if (text.startsWith('{{lookup')) {
      // Handlebars answers with nothing: no prototype is within reach.
      expect(render({ 'partials/verdict.hbs': `<p>[${text}]</p>` })).toContain('<p>[]</p>');
      return;
    }
    const problem = problemOf({ 'partials/verdict.hbs': text });
    expect(problem.code).toBe('bad-template');
    expect(problem.at?.file).toMatch(/^templates-\d+\/partials\/verdict\.hbs$/);
    if (message !== undefined) expect(problem.message).toBe(message);
  });

  it('are told of a mistake in the block of a section by their own file', () => {
    const problem = problemOf({
      'partials/verdict.hbs': '{{#> section id="verdict" title="X"}}\n<p>{{winner.nam}}</p>\n{{/section}}',
    });
    expect(problem.message).toBe('expected "nam" to be a field of what the template is given, got nothing');
    expect(problem.at).toMatchObject({ line: 2, column: 6, lineText: '<p>{{winner.nam}}</p>' });
    expect(problem.at?.file).toMatch(/partials\/verdict\.hbs$/);
  });

  it('bring no file from elsewhere by a link', () => {
    const folder = folderWith({});
    symlinkSync('/etc/passwd', join(folder, 'partials/verdict.hbs'));
    expect(problemOf({}, folder)).toMatchObject({
      code: 'template-outside',
      message:
        'expected partials/verdict.hbs in the template folder to be a file in that folder, got "a link to a file elsewhere"',
    });
  });

  it('may not end the style or the script early', () => {
    expect(problemOf({ 'script.js': 'const a = "</script>";' }).message).toMatch(/"<\/script" and "<!--"/);
    expect(problemOf({ 'styles.css': '/* <!-- */' }).code).toBe('bad-template');
  });

  it('are told of names that would never be used', () => {
    expect(problemOf({ 'layuot.hbs': '' })).toMatchObject({
      code: 'unknown-template-file',
      fix: 'did you mean "layout.hbs"?',
    });
  });
});
