/**
 * A self-contained page from templates and a view: styles, scripts and data go inline, and a Content-Security-Policy
 * names them by hash, so that nothing else on the page runs and nothing is fetched. Knows no page's content; the
 * comparison of runs will be rendered by it too.
 */
import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { deflateRawSync } from 'node:zlib';
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
    // As browsers read it before they compare it with its hash.
    return text.trim().replaceAll(/\r\n?/g, '\n');
  });
  return `${texts.join('\n')}\n`;
}

/** JSON that can stand inside a script element: no `<` in it, and nothing but ASCII. */
function embeddedJson(data: unknown): string {
  return JSON.stringify(data).replace(
    /[<\u007f-\uffff]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/**
 * What the scripts will fill is laid out once, when it is there; or when they have failed: then what stands there for those
 * without scripts is shown.
 */
const hideUntilStarted = `document.documentElement.classList.add('starting');
document.addEventListener('DOMContentLoaded', () => {
  document.documentElement.classList.remove('starting');
  for (const one of document.querySelectorAll('[data-view]:not([data-started]) > noscript')) one.outerHTML = one.textContent;
});`;

/**
 * HTML in ASCII alone, all else by its number: browsers hold such a page in half the memory and read megabytes of it
 * several times as fast. Where numbers mean nothing (names, scripts and styles) letters stay.
 */
function inAscii(html: string): string {
  return html.replace(partsOfHtml, (part: string, raw: string | undefined) => {
    if (raw !== undefined) return part;
    return part.startsWith('<') ? part.replace(/"[^"]*"|'[^']*'/g, byNumber) : byNumber(part);
  });
}

/** Scripts, styles and comments, which stay as they are; tags; text. */
const partsOfHtml =
  /(<(script|style)\b[^]*?<\/\2\s*>|<!--[^]*?-->)|<[a-z/!](?:"[^"]*"|'[^']*'|[^"'>])*>|[^<]+/gi;

/** The numbers of C1 controls stand for other letters in HTML, so these stay, too. */
function byNumber(text: string): string {
  return text.replace(/[\u00a0-\u{10ffff}]/gu, (letter) => `&#${letter.codePointAt(0)};`);
}

function packed(data: object): string {
  return deflateRawSync(JSON.stringify(data)).toString('base64');
}

function hashSource(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/** What a page's scripts are given. */
export interface PageContent {
  /** As JSON in `#page-data`, before our scripts. */
  readonly start: object;
  /** What they need later: JSON, deflated, in base64, in `#page-rest` at the page's end. */
  readonly rest?: object;
}

/**
 * Renders the layout with `view`. Where the layout has `{{pageStart}}`, our scripts run from there on, before the browser
 * has read what comes after; all else, and a user's scripts, come with `{{pageScripts}}`.
 * @throws {ProblemError} `bad-template` for a user's template that can't be compiled or rendered.
 */
export function renderPage(
  files: TemplateFiles,
  view: object,
  content: PageContent,
  projectRoot: string,
): string {
  const style = inline(files.styles, 'style', projectRoot);
  const scriptOf = (own: boolean): string => {
    const scripts = files.scripts.filter((file) => file.own === own);
    return scripts.length === 0 ? '' : inline(scripts, 'script', projectRoot);
  };
  const [ours, users] = [scriptOf(false), scriptOf(true)];
  // Known once the layout has been rendered.
  let startsEarly = false as boolean;
  const head = (): string => {
    const first = startsEarly ? hideUntilStarted : '';
    const policy = [
      `default-src 'none'`,
      `style-src ${hashSource(style)}`,
      `script-src ${[first, ours, users]
        .filter((text) => text !== '')
        .map(hashSource)
        .join(' ')}`,
      `img-src data:`,
      `base-uri 'none'`,
      `form-action 'none'`,
    ].join('; ');
    // First in the head: a policy holds for what comes after it.
    return `<meta http-equiv="Content-Security-Policy" content="${policy}">\n<style>${style}</style>${element(first)}`;
  };
  const start = (): string =>
    `<script type="application/json" id="page-data">${embeddedJson(content.start)}</script>\n${element(ours)}`;
  const rest =
    content.rest === undefined
      ? ''
      : `<script type="text/plain" id="page-rest">${packed(content.rest)}</script>\n`;
  // What has rules of its own for letters takes its place when all others are numbers.
  const places = new Map<string, () => string>();
  const place = (text: () => string) => {
    const name = randomUUID();
    places.set(name, text);
    return new SafeString(name);
  };
  const render = compileTemplates(files, projectRoot, {
    pageHead: () => place(head),
    pageStart: () => {
      startsEarly = true;
      return place(start);
    },
    pageScripts: () => place(() => `${startsEarly ? '' : start()}${rest}${element(users)}`),
  });
  let page = inAscii(render(view));
  for (const [name, text] of places) page = page.replace(name, text);
  // A byte order mark names the encoding before browsers look for it, which they do in all that they have by then.
  return startsEarly ? `\ufeff${page.trimStart()}` : page;
}

function element(script: string): string {
  return script === '' ? '' : `<script>${script}</script>\n`;
}
