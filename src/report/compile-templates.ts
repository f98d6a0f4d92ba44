/**
 * Handlebars, held tightly: everything is escaped, a missing field is an error, prototypes are out of reach, and what is
 * wrong in a user's template is told with its file and line. Knows no page's content.
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import Handlebars from 'handlebars';
import { expected, ProblemError, type SourcePosition } from '../core/problem.js';
import { suggestName } from '../core/suggest.js';
import { inspectTemplate } from './inspect-template.js';
import { templateHelpers } from './template-helpers.js';
import { shownPath, type TemplateFile, type TemplateFiles } from './template-files.js';

export const { SafeString } = Handlebars;

type Render = (context: unknown, options?: Handlebars.RuntimeOptions) => string;

interface SourceTemplate {
  readonly file: TemplateFile;
  readonly shown: string;
  readonly text: string;
}

function positionAt({ shown, text }: SourceTemplate, line: number, column: number): SourcePosition {
  const lineText = text.split(/\r?\n/)[line - 1] ?? '';
  return { file: shown, line, column: column + 1, length: 1, lineText };
}

/**
 * Whose text it was that failed, of templates that include one another, the innermost first: the block of an including
 * template runs inside the included one, and an exception knows its line and column but not its file.
 */
function sourceOf(error: Error, sources: readonly SourceTemplate[]): SourceTemplate | undefined {
  const { lineNumber, column } = error as Error & { lineNumber?: number; column?: number };
  const field = /^"(.+)" not defined in /s.exec(error.message)?.[1];
  const names = ({ text }: SourceTemplate): boolean => {
    if (lineNumber === undefined || column === undefined || field === undefined) return false;
    const path = /^[@\w./-]+/.exec((text.split(/\r?\n/)[lineNumber - 1] ?? '').slice(column))?.[0];
    return path?.split(/[./]/).includes(field) === true;
  };
  return sources.find(names) ?? sources.find(({ file }) => file.own) ?? sources[0];
}

/** Handlebars' exceptions carry their place in fields or, from the parser, in words. */
function problemFrom(error: Error, source: SourceTemplate): ProblemError {
  const fields = error as Error & { lineNumber?: number; column?: number };
  const inWords = /line (\d+)/.exec(error.message)?.[1];
  const atEnd = / - (\d+):(\d+)$/.exec(error.message);
  const line = fields.lineNumber ?? (inWords === undefined ? Number(atEnd?.[1] ?? 1) : Number(inWords));
  const column = fields.column ?? Number(atEnd?.[2] ?? 0);
  return new ProblemError({
    code: 'bad-template',
    ...inOurWords(error.message.replace(/ - \d+:\d+$/, '')),
    at: positionAt(source, line, column),
  });
}

function inOurWords(message: string): { message: string; fix?: string } {
  const field = /^"(.+)" not defined in /s.exec(message)?.[1];
  if (field !== undefined) {
    return {
      message: expected(`"${field}"`, 'a field of what the template is given', undefined),
      fix: 'docs/report.md and docs/comparison.md tell where the fields are listed; {{#if}} does not make one up',
    };
  }
  const partial = /^The partial (.+) could not be found$/s.exec(message)?.[1];
  if (partial !== undefined)
    return {
      message: expected('what {{> }} includes', 'a file of partials/', partial),
      fix: `make partials/${partial}.hbs, or take one that is there`,
    };
  const lookedUp = /^Cannot use 'in' operator to search for '(.+)' in /s.exec(message)?.[1];
  if (lookedUp !== undefined)
    return {
      message: expected(
        `what {{lookup}} is to find "${lookedUp}" in`,
        'a list or fields',
        'text or a number',
      ),
    };
  // The parser draws the place over several lines; its last one lists the tokens it knows by names of its own.
  const got = /\nExpecting .* got '(\w+)'$/s.exec(message)?.[1];
  if (got === undefined) return { message };
  const found = { EOF: 'the end of the file', INVALID: 'a character that may not stand here' }[got];
  return {
    message: `expected the template to be one that Handlebars can read, got ${found ?? 'a tag that may not stand here'}`,
    fix: 'look for a tag that is not closed, on this line or before it',
  };
}

/** Which templates an exception has come through, the innermost first. */
const passed = new WeakMap<Error, SourceTemplate[]>();

/** A compiled template that is remembered with the failures that come through it. */
function guarded(render: Render, source: SourceTemplate): Render {
  return (context, options) => {
    try {
      return render(context, options);
    } catch (error) {
      if (error instanceof Error) passed.set(error, [...(passed.get(error) ?? []), source]);
      throw error;
    }
  };
}

/** What failed, with its file; where all templates are ours it stays what it is: a bug. */
function told(error: unknown, anyOwn: boolean): unknown {
  if (!(error instanceof Error) || error instanceof ProblemError || !anyOwn) return error;
  const source = sourceOf(error, passed.get(error) ?? []);
  return source === undefined ? error : problemFrom(error, source);
}

/**
 * Compiles a page's templates; the result renders the layout for a view.
 * @throws {ProblemError} `bad-template` for a user's template that does not parse, inserts text unescaped, reaches for
 * prototypes, or is included by none.
 */
export function compileTemplates(
  files: TemplateFiles,
  projectRoot: string,
  pageHelpers: Readonly<Record<string, () => Handlebars.SafeString>>,
): (view: object) => string {
  const handlebars = Handlebars.create();
  const helpers = { ...templateHelpers, ...pageHelpers, log: refuseLog };
  const all = [files.layout, ...files.partials.values()];
  const anyOwn = all.some(({ own }) => own);
  const included = new Set<string>();

  const compile = (file: TemplateFile): Render => {
    const source = { file, shown: shownPath(file, projectRoot), text: readFileSync(file.path, 'utf8') };
    let program: hbs.AST.Program;
    try {
      program = handlebars.parse(source.text);
    } catch (error) {
      throw problemFrom(error as Error, source);
    }
    const found = inspectTemplate(program);
    found.partials.forEach((name) => included.add(name));
    if (found.refusal !== undefined) {
      const { message, line, column, fix } = found.refusal;
      throw new ProblemError({ code: 'bad-template', message, at: positionAt(source, line, column), fix });
    }
    const render = handlebars.compile(program, { strict: true, preventIndent: true }) as Render;
    return guarded(render, source);
  };

  const layout = compile(files.layout);
  const partials = Object.fromEntries([...files.partials].map(([name, file]) => [name, compile(file)]));
  for (const [name, file] of files.partials)
    if (file.own && !included.has(name)) throw unusedPartial(file, name, included);
  return (view) => {
    try {
      return layout(view, {
        helpers,
        partials,
        allowProtoPropertiesByDefault: false,
        allowProtoMethodsByDefault: false,
      });
    } catch (error) {
      throw told(error, anyOwn);
    }
  };
}

/** It would write to the console of whoever renders. */
function refuseLog(): never {
  throw new Error(
    'expected a template to use helpers that make text, got {{log}}, which writes to a console',
  );
}

function unusedPartial(file: TemplateFile, name: string, included: ReadonlySet<string>): ProblemError {
  return new ProblemError({
    code: 'bad-template',
    message: `expected partials/${basename(file.path)} to be included by a template, as {{> ${name}}}, got nobody who does`,
    fix: suggestName(name, [...included]),
  });
}
