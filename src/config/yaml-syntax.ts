/** Says in our words what `yaml` found wrong with a text's syntax. */
import { isScalar, visit, type Document, type YAMLError } from 'yaml';
import type { Finding } from './problem-list.js';
import type { Place, SourceFile } from './source-file.js';

/** One mistake makes a parser stumble again and again; the first few tell what is wrong. */
const mostErrors = 5;

const reference = /\$\{[^{}\n]*\}/g;

/** A `${…}` without quotes on the line of the error and not after it: inside `{ }` or `[ ]` it is no YAML. */
function bareReference(source: SourceFile, at: number): Place | undefined {
  const line = source.lineAt(at);
  const text = source.text.slice(line.from, line.to);
  for (const match of text.matchAll(reference)) {
    const from = line.from + match.index;
    const before = source.text.slice(line.from, from);
    const inFlow = /[[{]/.test(before.replaceAll(reference, ''));
    const inQuotes = before.split('"').length % 2 === 0 || before.split("'").length % 2 === 0;
    if (inFlow && !inQuotes && from <= at) return source.place(from, from + match[0].length);
  }
  return undefined;
}

/** Where the innermost quoted text, mapping or list begins that runs up to the error. */
function beginningOf(
  error: YAMLError,
  document: Document,
  source: SourceFile,
  offset: number,
): Place | undefined {
  let from: number | undefined;
  visit(document, {
    Node(_, node) {
      const quoted = isScalar(node) && (node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE');
      const flow = 'flow' in node && node.flow;
      const [start, end] = node.range ?? [0, 0];
      if ((quoted || flow) && start < error.pos[0] && end >= error.pos[0] - 1) from = start;
    },
  });
  return from === undefined ? undefined : source.place(offset + from, offset + from + 1);
}

function find(error: YAMLError, document: Document, source: SourceFile, offset: number): Finding {
  const [from, to] = error.pos;
  const at = source.place(offset + from, offset + Math.max(to, from + 1));
  const bare = bareReference(source, at.from);
  if (bare !== undefined) {
    const text = source.text.slice(bare.from, bare.to);
    return {
      code: 'unquoted-reference',
      message: `expected ${text} to be in quotes inside { } or [ ], got it bare`,
      at: bare,
      fix: `put quotes around it: "${text}"`,
    };
  }
  switch (error.code) {
    case 'TAB_AS_INDENT':
      return {
        code: 'tab-indentation',
        message: 'expected lines to be indented by spaces, got a tab',
        at,
        fix: 'replace the tab by spaces',
      };
    case 'BLOCK_AS_IMPLICIT_KEY':
      return {
        code: 'yaml-syntax',
        message: 'expected one value after the colon, got a second "key: value"',
        at,
        fix: 'put a text that holds ": " in quotes, and give the keys of one mapping the same indentation',
      };
    case 'BAD_SCALAR_START':
      return {
        code: 'yaml-syntax',
        message: `expected a text without quotes to start with something else than ${source.text.charAt(at.from)}`,
        at,
        fix: 'put quotes around it',
      };
    case 'BAD_INDENT':
    case 'MISSING_CHAR': {
      const unended = /closing|end with/.test(error.message);
      const begin = unended ? beginningOf(error, document, source, offset) : undefined;
      const end = begin === undefined ? undefined : ends[source.text.charAt(begin.from)];
      if (end === undefined) break;
      return {
        code: 'yaml-syntax',
        message: `expected ${source.text.charAt(begin!.from)} to be followed by its ${end}, got none`,
        at: begin,
        related: { message: 'it is missed here at the latest', at },
      };
    }
    case 'TAG_RESOLVE_FAILED':
      return tagFinding(at);
    default:
  }
  const said = `${error.message.charAt(0).toLowerCase()}${error.message.slice(1)}`;
  return { code: 'yaml-syntax', message: `expected YAML, got a mistake: ${said}`, at };
}

const ends: Readonly<Record<string, string>> = { '"': '"', "'": "'", '[': ']', '{': '}' };

export function tagFinding(at: Place): Finding {
  const text = at.source.text.slice(at.from, Math.min(at.to, at.from + 60));
  return {
    code: 'yaml-tag',
    message: `expected a plain value, got one with the tag ${/^!\S*/.exec(text)?.[0] ?? '!'}`,
    at,
    fix: 'take the tag away; the value alone tells its type',
  };
}

/** At most one finding for a line and a few in all. `offset` is where the parsed text begins in the source. */
export function syntaxFindings(
  errors: readonly YAMLError[],
  document: Document,
  source: SourceFile,
  offset: number,
): Finding[] {
  const lines = new Set<number>();
  const findings: Finding[] = [];
  for (const error of errors) {
    const line = source.lineAt(offset + error.pos[0]).from;
    if (lines.has(line)) continue;
    lines.add(line);
    findings.push(find(error, document, source, offset));
    if (findings.length === mostErrors) break;
  }
  return findings;
}
