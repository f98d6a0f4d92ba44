/** Finds what the installation needs on this machine, before anything is fetched: Python with pip, a C++ compiler, npm. */
import { failed, ok, type Problem, type Result } from '../../core/problem.js';
import { missingTool } from './install-problems.js';
import type { RunTool } from './tool-runner.js';

/** What Python says of itself. */
export interface PythonFacts {
  readonly command: string;
  readonly version: string;
  readonly pip: string | null;
  /** A TensorFlow that is installed in it already. */
  readonly tensorflow: { readonly name: string; readonly version: string; readonly folder: string } | null;
}

export interface Tools {
  readonly python: PythonFacts;
  readonly compiler: string;
}

const askPython = `
import json, sys
facts = {"version": ".".join(map(str, sys.version_info[:3])), "pip": None, "tensorflow": None}
try:
    import importlib.metadata as metadata
    for name in ("pip", "tensorflow-cpu", "tensorflow"):
        try:
            found = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue
        if name == "pip":
            facts["pip"] = found.version
        elif facts["tensorflow"] is None:
            folder = str(found.locate_file("tensorflow"))
            facts["tensorflow"] = {"name": name, "version": found.version, "folder": folder}
except ImportError:
    pass
print(json.dumps(facts))
`;

const apt = (packages: string): string => `install it (on Debian and Ubuntu: apt-get install ${packages})`;

async function findPython(command: string, run: RunTool): Promise<Result<PythonFacts>> {
  const { code, stdout } = await run(command, ['-c', askPython]);
  if (code !== 0) {
    const fix = `${apt('python3 python3-pip')}, or name one with --python`;
    return failed(missingTool(`a Python 3 called ${command}`, 'none that runs', fix));
  }
  const facts = { command, ...(JSON.parse(stdout) as Omit<PythonFacts, 'command'>) };
  if (facts.pip === null && facts.tensorflow === null) {
    const fix = `${apt('python3-pip')}, or name another Python with --python`;
    return failed(missingTool(`${command} to have pip`, `Python ${facts.version} without it`, fix));
  }
  return ok(facts);
}

async function findCompiler(run: RunTool): Promise<Result<string>> {
  const wanted = process.env['CXX']?.trim();
  const named = wanted !== undefined && wanted !== '';
  for (const compiler of named ? [wanted] : ['c++', 'g++', 'clang++']) {
    const { code } = await run(compiler, ['--version']);
    if (code === 0) return ok(compiler);
  }
  const got = named ? `${wanted} (from CXX), which does not run` : 'neither c++ nor g++ nor clang++';
  return failed(missingTool('a C++ compiler', got, apt('g++')));
}

async function findNpm(run: RunTool): Promise<Result<true>> {
  const { code } = await run('npm', ['--version']);
  return code === 0
    ? ok(true)
    : failed(missingTool('npm', 'none that runs', 'install npm, or put it on PATH'));
}

/** All of them, or everything that is missing. */
export async function findTools(python: string, run: RunTool): Promise<Result<Tools>> {
  const found = await Promise.all([findPython(python, run), findCompiler(run), findNpm(run)]);
  const [facts, compiler] = found;
  if (facts.ok && compiler.ok && found[2].ok) return ok({ python: facts.value, compiler: compiler.value });
  const problems: Problem[] = found.flatMap((one) => (one.ok ? [] : [...one.problems]));
  return { ok: false, problems };
}
