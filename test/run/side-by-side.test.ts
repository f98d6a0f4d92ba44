/** Stages of one run that do not need one another run side by side, and the run ends as if they had not. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Rig } from '../support/rig.js';

let rig: Rig;
beforeEach(() => {
  rig = new Rig();
  rig.write('package.json', '{ "name": "side-by-side", "private": true }\n');
  // Notes when it begins and ends; `until` waits for another one to have begun, in vain if they take turns.
  rig.write(
    'pipelines/stages/note.ts',
    `import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export default {
  schema: {
    type: 'object',
    properties: { name: { type: 'string' }, until: { type: 'string', default: '' }, fails: { type: 'boolean', default: false }, milliseconds: { type: 'number', default: 0 } },
    additionalProperties: false,
  },
  async execute({ settings: { name, until, fails, milliseconds }, output, projectRoot, signal }) {
    const notes = join(projectRoot, 'notes.txt');
    const note = (what) => appendFileSync(notes, \`\${name} \${what}\\n\`);
    note('begins');
    for (let tries = 0; until !== '' && !(existsSync(notes) && readFileSync(notes, 'utf8').includes(until + '\\n')); tries++) {
      if (tries === 500) throw new Error(name + ' waited in vain');
      await sleep(10, undefined, { signal });
    }
    await sleep(milliseconds, undefined, { signal });
    if (fails) throw new RangeError(name + ' was told to');
    writeFileSync(join(output, 'note.txt'), name);
    note('ends');
    return { metrics: { [name]: 1, last: name.charCodeAt(0) } };
  },
};
`,
  );
  rig.write('experiments/e.yaml', 'pipeline: ../pipelines/p.yaml\n');
});
afterEach(() => rig[Symbol.dispose]());

/** Stage → settings beside its name, and what it needs. */
function pipeline(stages: Readonly<Record<string, { needs?: string; with?: string }>>): void {
  const lines = Object.entries(stages).map(
    ([name, { needs, with: settings = '' }]) =>
      `  ${name}: { uses: ./stages/note.ts, ${needs === undefined ? '' : `needs: ${needs}, `}with: { name: ${name}, ${settings} } }\n`,
  );
  rig.write('pipelines/p.yaml', `stages:\n${lines.join('')}`);
}

const notes = (): string[] => rig.read('notes.txt').trimEnd().split('\n');

it('each waits for the other to begin, and none in vain', async () => {
  pipeline({
    a: { with: 'until: c begins' },
    b: { needs: 'a' },
    c: { with: 'until: a begins' },
    d: { needs: '[b, c]' },
  });
  const outcome = await rig.run('experiments/e.yaml');
  expect(outcome.status).toBe('done');
  expect(notes().at(-1)).toBe('d ends');
  // Recorded in the order of the plan, whoever was faster; of two metrics of one name the later stage's counts.
  expect(outcome.stages.map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd']);
  expect(Object.keys(outcome.metrics).sort()).toEqual(['a', 'b', 'c', 'd', 'last']);
  expect(outcome.metrics['last']).toBe('d'.charCodeAt(0));
  const again = await rig.run('experiments/e.yaml');
  expect(again.stages.map(({ status }) => status)).toEqual(['cached', 'cached', 'cached', 'cached']);
  expect(again.stages.map(({ artifact }) => artifact)).toEqual(
    outcome.stages.map(({ artifact }) => artifact),
  );
});

it('when one fails, the others end and are kept, and nothing further begins', async () => {
  pipeline({
    a: { with: 'fails: true, until: c begins' },
    b: { needs: 'a' },
    c: { with: 'milliseconds: 300' },
    d: { needs: 'c' },
  });
  const { code, stdout } = await rig.assay(['run', 'experiments/e.yaml', '--json']);
  expect(code).toBe(1);
  const outcome = JSON.parse(stdout) as {
    status: string;
    problems: { message: string }[];
    stages: { name: string }[];
  };
  expect(outcome.status).toBe('failed');
  expect(outcome.problems.map(({ message }) => message)).toEqual([
    expect.stringContaining('RangeError: a was told to'),
  ]);
  expect(outcome.stages.map(({ name }) => name)).toEqual(['c']);
  expect(notes()).toEqual(['a begins', 'c begins', 'c ends']);
});

it('tells of all that failed, in the order of the plan', async () => {
  pipeline({
    a: { with: 'fails: true, until: b begins, milliseconds: 300' },
    b: { with: 'fails: true, until: a begins' },
  });
  const { code, stdout } = await rig.assay(['run', 'experiments/e.yaml', '--json']);
  expect(code).toBe(1);
  const { problems } = JSON.parse(stdout) as { problems: { message: string }[] };
  expect(problems.map(({ message }) => /(\w) was told to/.exec(message)?.[1])).toEqual(['a', 'b']);
});

it('is interrupted as a whole', async () => {
  pipeline({ a: { with: 'milliseconds: 60000' }, b: { with: 'milliseconds: 60000' } });
  const { child, finished } = rig.start(['run', 'experiments/e.yaml']);
  child.stderr?.on('data', (text: string) => {
    if (text.includes('▸ b')) child.kill('SIGINT');
  });
  const { code, stderr } = await finished;
  expect(code, stderr).toBe(130);
  const [run] = (JSON.parse((await rig.assay(['runs', '--json'])).stdout) as { runs: { status: string }[] })
    .runs;
  expect(run!.status).toBe('interrupted');
});
