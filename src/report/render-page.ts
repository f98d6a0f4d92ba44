/**
 * A self-contained page from templates and a view: styles, scripts and data go inline, and a Content-Security-Policy
 * names them by hash, so that nothing else on the page runs and nothing is fetched. Knows no page's content; the
 * comparison of runs will be rendered by it too.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ProblemError } from '../core/problem.js';
import { compileTemplates, SafeString } from './compile-templates.js';
import { shownPath, type TemplateFile, type TemplateFiles } from './template-files.js';

/** Joins files to the content of one element. */
function inline(files: readonly TemplateFile[], element: 'style' | 'script', projectRoot: string): string {
  const texts = files.map((file) => {
    const text = readFileSync(file.path, 'utf8');
    // No escape exists inside these elements: text that ends them early is refused.
    if (text.toLowerCase().includes(`</${element}`) || text.includes('<!--')) {
      throw new ProblemError({
        code: 'bad-template',
        message: `expected ${shownPath(file, projectRoot)} to be free of "</${element}" and "<!--", which would end it early`,
      });
    }
    return text.trim();
  });
  return `${texts.join('\n')}\n`;
}

/** JSON that can stand inside a script element: no `<` in it, and no line ends that JavaScript knows and JSON doesn't. */
function embeddedJson(data: unknown): string {
  return JSON.stringify(data)
    .replaceAll('<', '\\u003c')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
}

function hashSource(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/**
 * Renders the layout with `view`; `data` is what the scripts find in `#page-data`.
 * @throws {ProblemError} `bad-template` for a user's template that can't be compiled or rendered.
 */
export function renderPage(files: TemplateFiles, view: object, data: object, projectRoot: string): string {
  const style = inline(files.styles, 'style', projectRoot);
  const script = inline(files.scripts, 'script', projectRoot);
  const policy = [
    `default-src 'none'`,
    `style-src ${hashSource(style)}`,
    `script-src ${hashSource(script)}`,
    `img-src data:`,
    `base-uri 'none'`,
    `form-action 'none'`,
  ].join('; ');
  const render = compileTemplates(files, projectRoot, {
    // First in the head: a policy holds for what comes after it.
    pageHead: () =>
      new SafeString(
        `<meta http-equiv="Content-Security-Policy" content="${policy}">\n<style>${style}</style>`,
      ),
    pageScripts: () =>
      new SafeString(
        `<script type="application/json" id="page-data">${embeddedJson(data)}</script>\n<script>${script}</script>`,
      ),
  });
  return render(view);
}
