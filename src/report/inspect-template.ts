/** Reads a parsed template for what none may do, and for the partials it includes. Runs nothing. */
import Handlebars from 'handlebars';

export interface TemplateInspection {
  /** Names of partials that are included by a plain name. */
  readonly partials: readonly string[];
  /** The first thing that no template may do; lines from 1, columns from 0. */
  readonly refusal:
    | { readonly message: string; readonly line: number; readonly column: number; readonly fix: string }
    | undefined;
}

const prototypeNames = new Set([
  '__proto__',
  'constructor',
  'prototype',
  '__defineGetter__',
  '__defineSetter__',
  '__lookupGetter__',
  '__lookupSetter__',
]);

class Inspector extends Handlebars.Visitor {
  readonly partials: string[] = [];
  refusal: TemplateInspection['refusal'];

  #refuse(node: hbs.AST.Node, message: string, fix: string): void {
    const { line, column } = node.loc.start;
    this.refusal ??= { message, line, column, fix };
  }

  #include({ name }: hbs.AST.PartialStatement | hbs.AST.PartialBlockStatement): void {
    if (name.type === 'PathExpression') this.partials.push(name.original);
  }

  override MustacheStatement(node: hbs.AST.MustacheStatement): void {
    if (!node.escaped) {
      const what = 'expected what a template inserts to be escaped, got {{{ }}} or {{& }}';
      this.#refuse(node, what, 'use two braces; markup belongs in the template itself');
    }
    super.MustacheStatement(node);
  }

  override PathExpression(node: hbs.AST.PathExpression): void {
    const wrong = (node.parts as readonly unknown[]).find(
      (part): part is string => typeof part === 'string' && prototypeNames.has(part),
    );
    if (wrong !== undefined)
      this.#refuse(
        node,
        `expected a template to name fields of the report, got "${node.original}"`,
        `leave "${wrong}" out: prototypes are out of a template's reach`,
      );
    super.PathExpression(node);
  }

  override PartialStatement(node: hbs.AST.PartialStatement): void {
    this.#include(node);
    super.PartialStatement(node);
  }

  override PartialBlockStatement(node: hbs.AST.PartialBlockStatement): void {
    this.#include(node);
    super.PartialBlockStatement(node);
  }
}

export function inspectTemplate(program: hbs.AST.Program): TemplateInspection {
  const inspector = new Inspector();
  inspector.accept(program);
  return { partials: inspector.partials, refusal: inspector.refusal };
}
