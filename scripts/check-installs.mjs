/**
 * Installs Assay as people do, with each npm that is asked for, and says what came of it: `npm ci` in a fresh clone of the
 * last commit, and `npm install` of its package in an empty project. What counts is that the engine onnx computes natively
 * and that a run is recorded, with no network but npm's registry. Takes some minutes a line where SQLite's native part must
 * be compiled, so it is no test.
 *
 * Usage: node scripts/check-installs.mjs [10 11 12]
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const versions = process.argv.length > 2 ? process.argv.slice(2) : ['10', '11', '12'];
const folder = mkdtempSync(join(tmpdir(), 'assay-installs-'));
// What npm hands to scripts would reach the npm that is tried, too; so would a wish about CUDA.
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(npm_|ONNXRUNTIME_NODE_INSTALL)/i.test(name)),
);

/** An npm of that version, as a command of its own. */
function fetchNpm(version) {
  const place = join(folder, `npm-${version}`);
  mkdirSync(place);
  writeFileSync(join(place, 'package.json'), '{ "private": true }');
  execFileSync('npm', ['install', '--no-audit', '--no-fund', `npm@${version}`], {
    cwd: place,
    stdio: 'ignore',
  });
  const program = join(place, 'node_modules', 'npm', 'bin', 'npm-cli.js');
  return (cwd, ...args) =>
    spawnSync(process.execPath, [program, ...args], { cwd, encoding: 'utf8', env: environment });
}

function assay(program, cwd, ...args) {
  const home = join(folder, 'data');
  return spawnSync(process.execPath, [program, ...args], {
    cwd,
    encoding: 'utf8',
    env: { ...environment, ASSAY_DATA_HOME: home, ASSAY_DATASETS: '' },
  });
}

/** What the doctor says of the engine that auto takes, and whether a short run is done. */
function examine(program, cwd) {
  const doctor = JSON.parse(assay(program, cwd, 'doctor', '--json').stdout);
  const taken = doctor.findings.find(({ engine }) => engine?.takenByAuto === true);
  const set = ['acquire.synthetic.train=300', 'acquire.synthetic.test=100', 'train.epochs=1'];
  const args = ['run', 'experiments/quickstart.yaml', '--json', ...set.flatMap((pair) => ['--set', pair])];
  const run = assay(program, cwd, ...args);
  const { status } = JSON.parse(run.stdout === '' ? '{}' : run.stdout);
  return { engine: taken?.what ?? 'no engine', run: status ?? `failed: ${run.stderr.split('\n', 1)[0]}` };
}

function report(npm, how, began, { status, stderr }, found) {
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  const ended = status === 0 ? `${seconds} s` : `exit code ${status}: ${stderr.trim().split('\n').at(-1)}`;
  console.log(`npm ${npm.padEnd(8)} ${how.padEnd(12)} ${ended.padEnd(8)} ${found.engine}, run ${found.run}`);
  return status === 0 && found.engine === 'engine onnx on cpu' && found.run === 'done';
}

let fine = true;
for (const version of versions) {
  const npm = fetchNpm(version);
  const known = npm(folder, '--version').stdout.trim();
  const clone = join(folder, `clone-${version}`);
  execFileSync('git', ['clone', '-q', root, clone]);
  let began = performance.now();
  const made = npm(clone, 'ci');
  const program = join(clone, 'dist', 'bundle', 'assay.js');
  if (!existsSync(program)) {
    console.log(`npm ${known} ci failed:\n${made.stderr}`);
    fine = false;
    continue;
  }
  fine = report(known, 'ci', began, made, examine(program, clone)) && fine;

  npm(clone, 'pack', '--ignore-scripts', '--pack-destination', folder);
  const project = join(folder, `project-${version}`);
  mkdirSync(project);
  // npm 12 runs no script of a dependency that its user did not approve.
  writeFileSync(
    join(project, 'package.json'),
    '{ "private": true, "allowScripts": { "better-sqlite3": true } }',
  );
  for (const name of ['experiments', 'pipelines'])
    cpSync(join(root, name), join(project, name), { recursive: true });
  began = performance.now();
  const installed = npm(project, 'install', join(folder, 'assay-0.1.0.tgz'));
  const found = examine(join(project, 'node_modules', 'assay', 'dist', 'bundle', 'assay.js'), project);
  fine = report(known, 'install', began, installed, found) && fine;
  for (const place of [clone, project]) rmSync(place, { recursive: true, force: true });
}
rmSync(folder, { recursive: true, force: true });
process.exitCode = fine ? 0 : 1;
