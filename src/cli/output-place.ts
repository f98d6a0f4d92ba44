/** What is wrong with a place that `--output` names, as far as it can be known before anything is written there. */
import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { expected, type Problem } from '../core/problem.js';
import { shownPath } from './shown-path.js';

export function outputProblem(output: string, kind: 'file' | 'folder'): Problem | undefined {
  const wrong = (message: string, fix?: string): Problem => ({ code: 'invalid-option', message, fix });
  if (output.trim() === '') return wrong(expected('--output', `a ${kind}`, output));
  const path = resolve(output);
  const there = kindOf(path) ?? (/[\\/]$/.test(output) ? 'folder' : kind);
  if (there !== kind) {
    const fix = kind === 'file' ? `name a file in it: --output ${shownPath(path)}/NAME` : undefined;
    return wrong(`expected --output to be a ${kind}, got ${JSON.stringify(output)}, a ${there}`, fix);
  }
  let above = dirname(path);
  while (kindOf(above) === undefined && dirname(above) !== above) above = dirname(above);
  if (kindOf(above) === 'folder') return undefined;
  return wrong(
    `expected --output to lie in a folder, got ${JSON.stringify(output)}: ${shownPath(above)} is a file`,
  );
}

function kindOf(path: string): 'file' | 'folder' | undefined {
  try {
    return statSync(path).isDirectory() ? 'folder' : 'file';
  } catch {
    // Missing, or out of reach: writing will tell.
    return undefined;
  }
}
