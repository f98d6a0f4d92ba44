/** docs/errors.md lists every code that the sources know, and none besides. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');

function codesOf(text: string): string[] {
  const assigned = [...text.matchAll(/\bcode: (?:[\w.]+ \? )?'([a-z0-9-]+)'(?: : '([a-z0-9-]+)')?/g)].flatMap(
    ([, a, b]) => [a, b],
  );
  // The table of what a broken rule of a schema is called.
  const table = /const codes: [^=]*= \{(.*?)\};/s.exec(text)?.[1] ?? '';
  const named = [...table.matchAll(/: '([a-z0-9-]+)'/g)].map(([, code]) => code);
  return [...assigned, ...named, ...(text.includes("?? 'bad-value'") ? ['bad-value'] : [])].filter(
    (code) => code !== undefined,
  );
}

it('every code is documented, and every documented code exists', () => {
  const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  const known = new Set(files.flatMap((name) => codesOf(readFileSync(join(root, 'src', name), 'utf8'))));
  const text = readFileSync(join(root, 'docs/errors.md'), 'utf8');
  const documented = new Set([...text.matchAll(/^(?:#### |\| )`([a-z0-9-]+)`/gm)].map(([, code]) => code!));
  expect([...known].filter((code) => !documented.has(code)).sort(), 'codes that are not documented').toEqual(
    [],
  );
  expect(
    [...documented].filter((code) => !known.has(code)).sort(),
    'documented codes that are not there',
  ).toEqual([]);
});
