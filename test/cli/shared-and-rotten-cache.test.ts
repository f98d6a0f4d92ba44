/** Several processes and one cache; bytes that flip on the disk. */
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Rig, type JsonOutcome } from '../support/rig.js';
import { smallExperiment, writeSmallProject } from '../support/small-project.js';

it(
  'does each stage once when four processes run the same experiment at once',
  { timeout: 120_000 },
  async () => {
    using rig = new Rig();
    writeSmallProject(rig);
    const outcomes = await Promise.all([1, 2, 3, 4].map(() => rig.run(smallExperiment)));
    for (const stage of ['acquire', 'preprocess', 'build', 'train', 'evaluate', 'report']) {
      const ran = outcomes.filter(({ stages }) =>
        stages.some(({ name, status }) => name === stage && status === 'ran'),
      );
      expect(ran, `how often ${stage} ran`).toHaveLength(1);
    }
    expect(new Set(outcomes.map(({ run }) => run)).size).toBe(4);
  },
);

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((item) => item.isFile())
    .map((item) => join(item.parentPath, item.name));
}

it('finds and mends a flipped byte in each stored artifact', { timeout: 180_000 }, async () => {
  using rig = new Rig();
  writeSmallProject(rig);
  const first: JsonOutcome = await rig.run(smallExperiment);
  for (const { name, artifact } of first.stages) {
    const files = filesUnder(join(rig.folder, '.assay', 'artifacts', artifact.slice(0, 2), artifact));
    const file = files.sort((a, b) => statSync(b).size - statSync(a).size)[0]!;
    const bytes = readFileSync(file);
    bytes[bytes.length >> 1]! ^= 1;
    chmodSync(file, 0o644);
    writeFileSync(file, bytes);
    const { code, stderr, stdout } = await rig.assay(['run', smallExperiment, '--json']);
    expect(code, stderr).toBe(0);
    const outcome = JSON.parse(stdout) as JsonOutcome;
    expect(outcome.stages.filter(({ status }) => status === 'ran').map((stage) => stage.name)).toContain(
      name,
    );
    if (name !== 'report') {
      expect(outcome.stages.find((stage) => stage.name === name)?.artifact, name).toBe(artifact);
    }
    expect((await rig.assay(['cache', 'verify'])).code).toBe(0);
  }
});
