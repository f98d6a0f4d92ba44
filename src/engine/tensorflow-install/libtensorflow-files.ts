/**
 * Gets libtensorflow and its C headers out of TensorFlow's package for Python, which holds both: from the one that is
 * installed in that Python already, else from one that pip fetches. Python itself is only used to unpack it.
 */
import { constants, copyFileSync, existsSync, linkSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../../core/make-folder.js';
import { failed, ok, type Result } from '../../core/problem.js';
import type { PythonFacts } from './find-tools.js';
import { pipFailed, missingTool } from './install-problems.js';
import type { RunTool } from './tool-runner.js';

export interface LibtensorflowFiles {
  readonly version: string;
  /** For people: `tensorflow-cpu 2.21.0, by pip`. */
  readonly source: string;
  readonly headers: string;
}

const libraryNames = /^libtensorflow_(cc|framework)\.so\.\d+$/;
const notices = 'THIRD_PARTY_NOTICES.txt';

/** On ARM the package without GPU is the plain one. */
const pipPackage = process.arch === 'x64' ? 'tensorflow-cpu' : 'tensorflow';

const unpack = `
import re, sys, zipfile
wheel, target = sys.argv[1:]
wanted = re.compile(r"tensorflow/(libtensorflow_(cc|framework)[.]so[.][0-9]+|THIRD_PARTY_NOTICES[.]txt|include/(tensorflow|tsl|xla)/.*[.]h)$")
with zipfile.ZipFile(wheel) as archive:
    archive.extractall(target, [name for name in archive.namelist() if wanted.match(name)])
`;

/** The shared libraries in the package's folder; nothing when it holds no whole set. */
function librariesIn(folder: string): readonly string[] | undefined {
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => libraryNames.test(name)) : [];
  return names.length === 2 && existsSync(join(folder, 'include', 'tensorflow', 'c')) ? names : undefined;
}

/** Shares the bytes where the file system lets it: libtensorflow takes 850 MB, and pip never writes into a file again. */
function place(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to, constants.COPYFILE_FICLONE);
  }
}

function placeAll(folder: string, names: readonly string[], target: string): void {
  makeFolder(target);
  for (const name of [...names, notices]) {
    if (existsSync(join(folder, name))) place(join(folder, name), join(target, name));
  }
}

async function fetchByPip(
  python: PythonFacts,
  work: string,
  run: RunTool,
): Promise<Result<{ folder: string; version: string }>> {
  makeFolder(work);
  const args = ['-m', 'pip', 'download', '--no-deps', '--only-binary=:all:', '--no-input', '--dest', work];
  const said = await run(python.command, [...args, pipPackage], {
    // TMPDIR: when pip is stopped, what it was about to fetch stays where it was.
    environment: { PIP_DISABLE_PIP_VERSION_CHECK: '1', PIP_NO_COLOR: '1', TMPDIR: work },
  });
  const [wheel] = readdirSync(work).filter((name) => name.endsWith('.whl'));
  if (said.code !== 0 || wheel === undefined) return failed(pipFailed(pipPackage, python.version, said));
  const unpacked = await run(python.command, ['-c', unpack, join(work, wheel), work]);
  if (unpacked.code !== 0) return failed(pipFailed(`a whole ${wheel}`, python.version, unpacked));
  return ok({ folder: join(work, 'tensorflow'), version: wheel.split('-')[1] ?? 'of unknown version' });
}

/** Puts the libraries into `target`; `work` is for what can go afterwards. */
export async function fetchLibtensorflow(
  python: PythonFacts,
  target: string,
  work: string,
  run: RunTool,
): Promise<Result<LibtensorflowFiles>> {
  const installed = python.tensorflow;
  const there = installed === null ? undefined : librariesIn(installed.folder);
  if (installed !== null && there !== undefined) {
    placeAll(installed.folder, there, target);
    const source = `${installed.name} ${installed.version} of ${python.command}`;
    return ok({ version: installed.version, source, headers: join(installed.folder, 'include') });
  }
  if (python.pip === null) {
    const got = `a TensorFlow ${installed?.version ?? ''} without libtensorflow, and no pip`;
    return failed(missingTool(`${python.command} to have pip`, got, 'name another Python with --python'));
  }
  const fetched = await fetchByPip(python, work, run);
  if (!fetched.ok) return fetched;
  const { folder, version } = fetched.value;
  const names = librariesIn(folder);
  if (names === undefined)
    return failed(
      missingTool(
        `${pipPackage} ${version} to hold libtensorflow`,
        'none',
        'name another Python with --python',
      ),
    );
  placeAll(folder, names, target);
  return ok({ version, source: `${pipPackage} ${version}, by pip`, headers: join(folder, 'include') });
}
