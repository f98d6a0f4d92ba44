/** Every way to get a configuration wrong that `broken/*.txt` shows, with the exact text that users see. */
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { formatProblems } from '../../src/core/format-problem.js';
import { makeProject, refused } from './project.js';

interface Case {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly set: readonly string[];
  readonly expected: string;
}

/** `=== name`, then `--- path` before each file, `--- --set` before arguments, `--- expected` before the output. */
function readCases(path: string): Case[] {
  const [, ...parts] = readFileSync(path, 'utf8').split(/^=== /m);
  return parts.map((part) => {
    const [head = '', ...sections] = part.split(/^--- (?=\S)/m);
    const texts = new Map(
      sections.map((section): [string, string] => {
        const end = section.indexOf('\n');
        return [section.slice(0, end), section.slice(end + 1)];
      }),
    );
    const { expected = '', '--set': set = '', ...files } = Object.fromEntries(texts);
    return {
      name: head.trim(),
      files,
      set: set.split('\n').filter((line) => line !== ''),
      expected: expected.trimEnd(),
    };
  });
}

const folder = join(import.meta.dirname, 'broken');

for (const file of readdirSync(folder).sort()) {
  describe(`refused with its exact message (${file})`, () => {
    it.each(readCases(join(folder, file)))('$name', async ({ files, set, expected }) => {
      expect(await refused(files, { set })).toBe(expected);
    });
  });
}

const head = 'pipeline: ../pipelines/p.yaml\n';
const experiment = 'experiments/e.yaml';

describe('files that no text can show', () => {
  it('one that is not UTF-8 is refused with the offset of the byte', async () => {
    const bytes = Buffer.concat([Buffer.from(`${head}name: caf`), Buffer.of(0xe9), Buffer.from('\n')]);
    expect(await refused({ [experiment]: bytes })).toBe(
      [
        'experiments/e.yaml:2:10 error[not-utf-8]: expected experiments/e.yaml to be UTF-8 text, got the byte 0xE9 at offset 39',
        '  2 | name: caf�',
        '    |          ^',
        '  fix: save the file as UTF-8',
        '',
        '1 problem',
      ].join('\n'),
    );
  });

  it('one that ends within a character is refused where the character begins', async () => {
    const bytes = Buffer.concat([Buffer.from('name: '), Buffer.from('é').subarray(0, 1)]);
    expect(await refused({ [experiment]: bytes })).toContain('got the byte 0xC3 at offset 6');
  });

  it('one in UTF-16 is refused at its first byte', async () => {
    expect(await refused({ [experiment]: Buffer.from(`\uFEFF${head}`, 'utf16le') })).toContain(
      'error[not-utf-8]: expected experiments/e.yaml to be UTF-8 text, got the byte 0xFF at offset 0',
    );
  });

  it('one with a byte order mark is read', async () => {
    expect(await refused({ [experiment]: `\uFEFF${head}` })).toBe('no problem');
  });

  it('one with Windows line ends is read, and its lines are counted', async () => {
    expect(await refused({ [experiment]: `${head}sed: 1\n`.replaceAll('\n', '\r\n') })).toContain(
      'experiments/e.yaml:2:1 error[unknown-setting]: expected a setting that the file knows, got "sed"\n  2 | sed: 1\n',
    );
  });

  it('one over 1 MiB is not read', async () => {
    expect(await refused({ [experiment]: `${head}# ${'x'.repeat(1 << 20)}\n` })).toBe(
      'error[file-too-large]: expected experiments/e.yaml to be at most 1,048,576 bytes (1 MiB) large, got 1,048,609\n\n1 problem',
    );
  });

  it('one of exactly 1 MiB is read', async () => {
    expect(await refused({ [experiment]: head.padEnd(1 << 20, '#\n') })).toBe('no problem');
  });

  it('nesting without end is refused', async () => {
    expect(await refused({ [experiment]: `${head}params: ${'['.repeat(500_000)}\n` })).toMatch(
      /^experiments\/e\.yaml:2:\d+ error\[too-deep\]: expected mappings and lists to be nested at most 64 levels deep, got more\n/,
    );
  });

  it('nesting by anchors is refused', async () => {
    const lines = Array.from({ length: 70 }, (_, i) => `  a${i + 1}: &a${i + 1} [*a${i}]\n`);
    expect(await refused({ [experiment]: `${head}params:\n  a0: &a0 [1]\n${lines.join('')}` })).toBe(
      [
        'experiments/e.yaml:67:13 error[too-deep]: expected mappings and lists to be nested at most 64 levels deep, got more',
        '  67 |   a64: &a64 [*a63]',
        '     |             ^^^^^^',
        '',
        '1 problem',
      ].join('\n'),
    );
  });

  it('nesting by references is refused', async () => {
    const lines = Array.from({ length: 70 }, (_, i) => `  a${i + 1}: ["\${params.a${i}}"]\n`);
    expect(await refused({ [experiment]: `${head}params:\n  a0: [1]\n${lines.join('')}` })).toContain(
      'error[too-deep]: expected references to',
    );
  });

  it('references that multiply are refused', async () => {
    const lines = Array.from(
      { length: 12 },
      (_, i) => `  a${i + 1}: [${'"${params.a'.concat(String(i), '}", ').repeat(9)}1]\n`,
    );
    expect(await refused({ [experiment]: `${head}params:\n  a0: [1]\n${lines.join('')}` })).toContain(
      'error[too-many-values]: expected references to make at most 200000 values in all, got more',
    );
  });

  it('texts that double are refused', async () => {
    const lines = Array.from({ length: 40 }, (_, i) => `  a${i + 1}: "\${params.a${i}}\${params.a${i}}"\n`);
    expect(await refused({ [experiment]: `${head}params:\n  a0: xx\n${lines.join('')}` })).toContain(
      'error[too-many-values]: expected a text with its references put in to be at most 100000 characters long, got more',
    );
  });

  it('a thousand mistakes are told in a hundred', async () => {
    const output = await refused({
      [experiment]: head + Array.from({ length: 1000 }, (_, i) => `key${i}: 1\n`).join(''),
    });
    expect(output).toContain('error[too-many-problems]: 900 further problems are not shown');
    expect(output.match(/unknown-setting/g)).toHaveLength(100);
  });
});

describe('what the file system holds', () => {
  const project = makeProject({ 'other/p.yaml': 'stages: {}\n' });
  afterAll(() => project.remove());

  async function show(text: string): Promise<string> {
    writeFileSync(join(project.root, experiment), text);
    const result = await project.check();
    return result.ok ? 'no problem' : formatProblems(result.problems);
  }

  it('a link that leaves the project is not followed', async () => {
    symlinkSync('/etc/hostname', join(project.root, 'pipelines/link.yaml'));
    expect(await show('pipeline: ../pipelines/link.yaml\n')).toBe(
      [
        'experiments/e.yaml:1:11 error[outside-project]: expected "pipeline" to be a path inside the project, got "../pipelines/link.yaml", a link that leaves it',
        '  1 | pipeline: ../pipelines/link.yaml',
        '    |           ^^^^^^^^^^^^^^^^^^^^^^',
        '  fix: copy the file into the project, and give its path relative to the file that names it',
        '',
        '1 problem',
      ].join('\n'),
    );
  });

  it('a linked folder that leaves the project is not entered', async () => {
    symlinkSync('/etc', join(project.root, 'pipelines/etc'));
    expect(await show('pipeline: ../pipelines/etc/hostname\n')).toContain('error[outside-project]');
  });

  it('a link inside the project is followed', async () => {
    symlinkSync('p.yaml', join(project.root, 'pipelines/inside.yaml'));
    expect(await show('pipeline: ../pipelines/inside.yaml\n')).toBe('no problem');
  });

  it('a link to itself is refused', async () => {
    symlinkSync('loop.yaml', join(project.root, 'pipelines/loop.yaml'));
    expect(await show('pipeline: ../pipelines/loop.yaml\n')).toContain('error[file-not-found]');
  });

  it('a path that leaves the project and comes back is refused', async () => {
    const name = project.root.split('/').at(-1)!;
    expect(await show(`pipeline: ../../${name}/pipelines/p.yaml\n`)).toBe('no problem');
    expect(await show('pipeline: ../../../../etc/hostname\n')).toContain('error[outside-project]');
  });

  it('a socket is not waited for', async () => {
    const server = createServer().listen(join(project.root, 'pipelines/socket.yaml'));
    await once(server, 'listening');
    const output = await show('pipeline: ../pipelines/socket.yaml\n');
    server.close();
    expect(output).toContain(
      'error[not-a-file]: expected "pipeline" to be the path of a file, got "../pipelines/socket.yaml", which is no plain file',
    );
  });

  it('a folder in the place of the experiment is refused', async () => {
    rmSync(join(project.root, experiment));
    mkdirSync(join(project.root, experiment));
    const result = await project.check();
    expect(result.ok ? [] : result.problems.map(({ code }) => code)).toEqual(['not-a-file']);
  });

  it('an experiment that is not there is refused with its neighbour', async () => {
    const result = await project.check({ file: join(project.root, 'pipelines/pp.yaml') });
    expect(result.ok ? [] : result.problems).toMatchObject([
      { code: 'file-not-found', fix: `did you mean "${project.root}/pipelines/p.yaml"?` },
    ]);
  });
});
