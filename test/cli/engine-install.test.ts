/**
 * `assay engine install tensorflow` and `uninstall`: what is said where something is missing, that nothing half-made is
 * left, and what the installation of this machine does, where there is one (`.ci/run` makes it).
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { installationFolder } from '../../src/engine/tensorflow-install/installation.js';
import { Rig, type JsonOutcome } from '../support/rig.js';
import { smallExperiment, writeSmallProject } from '../support/small-project.js';

const install = ['engine', 'install', 'tensorflow'];
const name = `tensorflow-${process.platform}-${process.arch}`;

/** Where a test's own installation would lie; nothing of this machine's is touched. */
const homeOf = (rig: Rig) => ({ ASSAY_DATA_HOME: join(rig.folder, 'home') });

function leftIn(rig: Rig): string[] {
  const engines = join(rig.folder, 'home', 'engines');
  return existsSync(engines) ? readdirSync(engines) : [];
}

/** A folder for PATH with these programs alone, as they are found now. */
function pathWith(rig: Rig, programs: readonly string[]): string {
  const folder = join(rig.folder, 'bin');
  mkdirSync(folder);
  for (const program of programs) {
    const where = execFileSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).trim();
    symlinkSync(where, join(folder, program));
  }
  return folder;
}

const works = (program: string, ...args: string[]): boolean => spawnSync(program, args).status === 0;
const linux = process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch);
const python = works('python3', '--version');
const noTensorflow = `import pip, importlib.util, sys; sys.exit(importlib.util.find_spec("tensorflow") is not None)`;
/** Here the command would go on to ask pip. */
const wouldAskPip = linux && works('c++', '--version') && works('python3', '-c', noTensorflow);

describe('assay engine', () => {
  it('knows one engine to install', async () => {
    using rig = new Rig();
    for (const action of ['install', 'uninstall']) {
      const { code, stdout, stderr } = await rig.assay(['engine', action, 'torch']);
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toBe(
        'error[invalid-option]: expected the engine to be "tensorflow", the one that can be installed, got "torch"\n' +
          '  fix: assay doctor says which engines are here\n\n1 problem\n',
      );
    }
  });

  it.skipIf(!linux)('names everything that it lacks before it fetches anything', async () => {
    using rig = new Rig();
    const { code, stderr } = await rig.assay(install, { ...homeOf(rig), PATH: pathWith(rig, []), CXX: '' });
    expect(code).toBe(1);
    expect(stderr).toBe(
      'error[missing-tool]: expected a Python 3 called python3, got none that runs\n' +
        '  fix: install it (on Debian and Ubuntu: apt-get install python3 python3-pip), or name one with --python\n\n' +
        'error[missing-tool]: expected a C++ compiler, got neither c++ nor g++ nor clang++\n' +
        '  fix: install it (on Debian and Ubuntu: apt-get install g++)\n\n' +
        'error[missing-tool]: expected npm, got none that runs\n' +
        '  fix: install npm, or put it on PATH\n\n3 problems\n',
    );
    expect(leftIn(rig)).toEqual([]);
  });

  it.skipIf(!linux || !python)('tells a Python without pip, as JSON for programs', async (context) => {
    using rig = new Rig();
    const folder = join(rig.folder, 'bare');
    if (!works('python3', '-m', 'venv', '--without-pip', folder)) context.skip('python3 makes no venv');
    const command = join(folder, 'bin', 'python');
    const args = [...install, '--json', '--python', command];
    const { code, stdout } = await rig.assay(args, { ...homeOf(rig), CXX: 'no-such-compiler' });
    expect(code).toBe(1);
    const [version] = /\d+\.\d+\.\d+/.exec(execFileSync(command, ['--version'], { encoding: 'utf8' }))!;
    expect((JSON.parse(stdout) as { problems: unknown }).problems).toEqual([
      {
        code: 'missing-tool',
        message: `expected ${command} to have pip, got Python ${version} without it`,
        fix: 'install it (on Debian and Ubuntu: apt-get install python3-pip), or name another Python with --python',
      },
      {
        code: 'missing-tool',
        message: 'expected a C++ compiler, got no-such-compiler (from CXX), which does not run',
        fix: 'install it (on Debian and Ubuntu: apt-get install g++)',
      },
    ]);
  });

  /** pip without any of its sources but one. */
  const pipFrom = (url: string) => ({
    PIP_INDEX_URL: url,
    PIP_EXTRA_INDEX_URL: '',
    PIP_FIND_LINKS: '',
    PIP_CONFIG_FILE: '/dev/null',
    PIP_RETRIES: '0',
    PIP_NO_CACHE_DIR: '1',
  });

  it.skipIf(!wouldAskPip)('says what pip says, and leaves nothing', async () => {
    using rig = new Rig();
    const { code, stderr } = await rig.assay(install, {
      ...homeOf(rig),
      ...pipFrom('http://127.0.0.1:9/simple'),
    });
    expect(code).toBe(1);
    const [version] = /\d+\.\d+\.\d+/.exec(execFileSync('python3', ['--version'], { encoding: 'utf8' }))!;
    const wanted = process.arch === 'x64' ? 'tensorflow-cpu' : 'tensorflow';
    expect(stderr).toBe(
      `1/4 libtensorflow, by python3 (Python ${version})\n` +
        `error[engine-download-failed]: expected the pip of Python ${version} to fetch ${wanted}, got: ` +
        `Could not find a version that satisfies the requirement ${wanted} (from versions: none)\n` +
        '  fix: see to it that pip reaches its index; if TensorFlow has no build for this Python, name another one with --python\n\n' +
        '1 problem\n',
    );
    expect(leftIn(rig)).toEqual([]);
  });

  it.skipIf(!wouldAskPip)('can be interrupted, and leaves nothing', async () => {
    using rig = new Rig();
    // A server that never answers, as a network that drops everything.
    const server = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/simple`;
    try {
      const asked = once(server, 'request');
      const { child, finished } = rig.start(install, { ...homeOf(rig), ...pipFrom(url) });
      await asked;
      child.kill('SIGINT');
      const { code, stderr } = await finished;
      expect(code).toBe(130);
      expect(stderr).toContain('stopping: nothing is left behind; once more to stop at once\n');
      expect(leftIn(rig)).toEqual([]);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  it('sweeps away what a killed installation left, but not what is being made', async () => {
    using rig = new Rig();
    const engines = join(rig.folder, 'home', 'engines');
    for (const kind of ['old', 'new']) {
      mkdirSync(join(engines, `.tmp-${name}-${kind}`), { recursive: true });
      writeFileSync(join(engines, `.tmp-${name}-${kind}`, 'half'), 'made');
    }
    const hoursAgo = Date.now() / 1000 - 7200;
    utimesSync(join(engines, `.tmp-${name}-old`), hoursAgo, hoursAgo);
    const { code, stdout } = await rig.assay(['engine', 'uninstall', 'tensorflow'], homeOf(rig));
    expect([code, stdout]).toEqual([0, 'tensorflow was not installed by Assay\n']);
    expect(leftIn(rig)).toEqual([`.tmp-${name}-new`]);
  });
});

const installed = installationFolder(process.env);
const here = existsSync(join(installed, 'installation.json'));
if (!here)
  process.stderr.write(`skipped: tests of an installed engine tensorflow, for ${installed} is not there\n`);

describe.skipIf(!here)('the engine tensorflow, installed by Assay', () => {
  it('is found when it is asked for again', async () => {
    using rig = new Rig();
    const { code, stdout } = await rig.assay([...install, '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ status: 'present', folder: installed, tfjsNode: '4.22.0' });
  });

  it('is named by the doctor with its versions and its place', async () => {
    using rig = new Rig();
    const { findings } = JSON.parse((await rig.assay(['doctor', '--json'])).stdout) as {
      findings: { what: string; fine: boolean; says: string }[];
    };
    const found = findings.find(({ what }) => what === 'engine tensorflow');
    expect(found).toMatchObject({ fine: true });
    expect(found!.says).toMatch(
      /@tensorflow\/tfjs-node 4\.22\.0, libtensorflow \d+\.\d+\.\d+, \d+ threads, from tensorflow/,
    );
    expect(found!.says).toContain(installed);
  });

  it('trains from YAML to report, and again to the same weights', async () => {
    const train = async (): Promise<JsonOutcome> => {
      using rig = new Rig();
      writeSmallProject(rig);
      return await rig.run(smallExperiment, ['engine=tensorflow']);
    };
    const [first, again] = [await train(), await train()];
    expect(first).toMatchObject({ status: 'done', engine: 'tensorflow' });
    const trained = ({ stages }: JsonOutcome) => stages.find((stage) => stage.name === 'train')!.artifact;
    expect(trained(again)).toBe(trained(first));
  });

  it('goes in one step', async () => {
    using rig = new Rig();
    const link = join(rig.folder, 'home', 'engines', basename(installed));
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(installed, link);
    const { stdout } = await rig.assay(['engine', 'uninstall', 'tensorflow'], homeOf(rig));
    expect(stdout).toBe(`removed ${link}\n`);
    expect(leftIn(rig)).toEqual([]);
    expect(existsSync(join(installed, 'installation.json'))).toBe(true);
  });
});
