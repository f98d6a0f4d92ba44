/** Reads the arguments of `--set path=value`: values are YAML, with the same rules as in files. */
import { join } from 'node:path';
import type { Assignment } from './dotted-path.js';
import { limits } from './limits.js';
import { parseYaml } from './parse-yaml.js';
import type { ProblemList } from './problem-list.js';
import { SourceFile } from './source-file.js';

/** In the order given. `projectRoot` is what paths in values are relative to. */
export function readCommandLine(
  args: readonly string[],
  projectRoot: string,
  problems: ProblemList,
): Assignment[] {
  return args.flatMap((argument): Assignment[] => {
    const text = argument.slice(0, limits.fileBytes);
    const source = new SourceFile('--set', join(projectRoot, '--set'), text);
    const equals = text.indexOf('=');
    if (equals <= 0 || argument.length > text.length) {
      problems.add({
        code: 'bad-set-argument',
        message: 'expected --set to be followed by path=value',
        at: source.place(0, text.length),
        fix: 'write --set train.epochs=3',
      });
      return [];
    }
    const path = text.slice(0, equals).trim();
    const value = parseYaml(source, problems, equals + 1, path);
    return value === undefined ? [] : [{ path, at: source.place(0, equals), value }];
  });
}
