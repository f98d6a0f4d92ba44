/** A user's own templates for the comparison: laid over ours, and held as tightly as those of a run's report. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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

function render(files: Readonly<Record<string, string>>): string {
  return comparisonPage(comparison, { templateFolder: folderWith(files), projectRoot: root });
}

function problemOf(files: Readonly<Record<string, string>>): Problem {
  try {
    render(files);
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
