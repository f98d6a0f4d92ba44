/** A stage that the user wrote in TypeScript: loaded without a build step, its files part of its fingerprint. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Rig } from '../support/rig.js';
import { smallExperiment, writeSmallProject } from '../support/small-project.js';

let rig: Rig;

beforeAll(() => {
  rig = new Rig();
  rig.write('package.json', '{ "name": "own", "private": true }\n');
  rig.write(
    'pipelines/stages/greeting.ts',
    'export const greeting = (name: string): string => `hello ${name}`;\n',
  );
  rig.write(
    'pipelines/stages/greet.ts',
    `import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineStage } from 'assay';
import { greeting } from './greeting';

export default defineStage<{ name: string }>({
  usesSeed: false,
  schema: {
    type: 'object',
    properties: { name: { type: 'string', default: 'world' } },
    additionalProperties: false,
  },
  execute({ settings, output }) {
    if (settings.name === 'nobody') throw new RangeError('there is nobody to greet');
    writeFileSync(join(output, 'greeting.txt'), greeting(settings.name));
    return { metrics: { letters: settings.name.length } };
  },
});
`,
  );
  rig.write('pipelines/own.yaml', 'stages:\n  greet:\n    uses: ./stages/greet.ts\n');
  rig.write('experiments/own.yaml', 'pipeline: ../pipelines/own.yaml\n');
});
afterAll(() => rig[Symbol.dispose]());

const greet = async (
  set: readonly string[] = [],
): Promise<{ status: string; metrics: Readonly<Record<string, number>> }> => {
  const { stages, metrics } = await rig.run('experiments/own.yaml', set);
  return { status: stages[0]!.status, metrics };
};

it('runs, is cached, and runs again when a file it imports changes', async () => {
  expect(await greet()).toEqual({ status: 'ran', metrics: { letters: 5 } });
  expect(await greet()).toEqual({ status: 'cached', metrics: { letters: 5 } });
  rig.write(
    'pipelines/stages/greeting.ts',
    'export const greeting = (name: string): string => `good day, ${name}`;\n',
  );
  expect((await greet()).status).toBe('ran');
});

it('checks settings against the schema that the stage brings', async () => {
  const { code, stderr } = await rig.assay(['run', 'experiments/own.yaml', '--set', 'greet.nmae=x']);
  expect(code).toBe(2);
  expect(stderr).toContain('did you mean "name"?');
});

it('points into the user’s file when the stage throws, without a stack', async () => {
  const { code, stderr } = await rig.assay(['run', 'experiments/own.yaml', '--set', 'greet.name=nobody']);
  expect(code).toBe(1);
  expect(stderr).toContain('pipelines/stages/greet.ts:14:');
  expect(stderr).toContain('pipelines/stages/greet.ts threw RangeError: there is nobody to greet');
  expect(stderr).not.toMatch(/^\s+at /m);
});

it('shows a syntax error where it stands', async () => {
  rig.write('pipelines/stages/greeting.ts', 'export const greeting = (name: string => name;\n');
  const { code, stderr } = await rig.assay(['run', 'experiments/own.yaml']);
  expect(code).toBe(2);
  expect(stderr).toContain('pipelines/stages/greeting.ts:1:');
  expect(stderr).toContain('error[stage-does-not-compile]');
});

it('does what the README says of its example', async () => {
  using small = new Rig();
  writeSmallProject(small);
  const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');
  const block = (language: string, mark: string): string =>
    readme
      .split('```')
      .find((part) => part.startsWith(language) && part.includes(mark))!
      .slice(language.length);
  small.write('pipelines/stages/count-classes.ts', block('ts', 'defineStage'));
  small.write(
    'pipelines/small.yaml',
    `${small.read('pipelines/small.yaml')}${block('yaml', 'count-classes')}`,
  );
  const { metrics, run } = await small.run(smallExperiment);
  const folder = (await small.assay(['show', run, '--path', 'count-classes'])).stdout.trim();
  const counts = readFileSync(join(folder, 'counts.csv'), 'utf8').trim().split('\n');
  expect(counts).toHaveLength(10);
  const numbers = counts.map((line) => Number(line.split(',')[1]));
  expect(numbers.reduce((sum, count) => sum + count, 0)).toBe(240);
  expect(metrics).toMatchObject({ smallestClass: Math.min(...numbers), largestClass: Math.max(...numbers) });
});
