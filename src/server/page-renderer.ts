/**
 * The pages of the live server from `templates/live/`: whole ones, and the parts of them that change. Scripts and styles
 * are two files whose addresses hold their digest. Knows no content.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { compileTemplates, SafeString } from '../report/compile-templates.js';
import { findTemplateFiles, type TemplateFile } from '../report/template-files.js';

interface Asset {
  readonly address: string;
  readonly type: string;
  readonly bytes: Buffer;
}

export interface PageView {
  /** A partial of `templates/live/`: `page-sweep`. */
  readonly body: string;
  readonly title: string;
  /** Where its events come from; absent for a page that stays as it is. */
  readonly events?: string | undefined;
  /** Parts by their ids, as they were rendered. */
  readonly html?: Readonly<Record<string, string>> | undefined;
  /** What else its template names. */
  readonly view?: object | undefined;
}

export class PageRenderer {
  readonly assets: readonly Asset[];
  readonly #page: (view: object) => string;
  readonly #part: (view: object) => string;

  constructor() {
    const files = findTemplateFiles('live', undefined);
    const style = join(files.styles, 'live.css', 'text/css; charset=utf-8');
    const script = join(files.scripts, 'live.js', 'text/javascript; charset=utf-8');
    this.assets = [style, script];
    const helpers = {
      pageHead: () => new SafeString(`<link rel="stylesheet" href="${style.address}">`),
      pageScripts: () => new SafeString(`<script src="${script.address}"></script>`),
    };
    this.#page = compileTemplates(files, '/', helpers);
    const layout = { ...files.layout, path: files.layout.path.replace(/layout\.hbs$/, 'part.hbs') };
    this.#part = compileTemplates({ ...files, layout }, '/', helpers);
  }

  page({ body, title, events, html = {}, view = {} }: PageView): string {
    const parts = Object.fromEntries(
      partIds.map((id): [string, unknown] => [id, new SafeString(html[id] ?? '')]),
    );
    return this.#page({ body, title, events: events ?? '', parts, view });
  }

  /** One partial alone, without the space around it. */
  part(name: string, view: object): string {
    return this.#part({ part: name, view }).trim();
  }
}

/** All parts of all pages: templates may name each. */
const partIds = [
  ...['notice', 'underway', 'sweeps', 'runs', 'reports'],
  ...['progress', 'metrics', 'running', 'failures'],
  ...['headline', 'stages', 'problems', 'settings', 'curves'],
];

function join(files: readonly TemplateFile[], name: string, type: string): Asset {
  const text = files.map(({ path }) => readFileSync(path, 'utf8').trim()).join('\n');
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 16);
  return { address: `/assets/${digest}/${name}`, type, bytes: Buffer.from(text) };
}
