/** What can stand in the way of installing the engine `tensorflow`, in words. */
import type { Problem } from '../../core/problem.js';
import type { ToolResult } from './tool-runner.js';

const mostCharacters = 300;

/** Lines of npm and pip that hold the word, and yet no reason. */
const idle = /npm err(or|!) (code|syscall|errno)\b|complete log|^ERROR: Exception:$|^npm err(or|!)\s+at /i;
const prefix = /^(npm err(or|!)( network| notarget)? |ERROR: )/i;

/** The line of a program's output that says why it failed: the first error that is a sentence, else the last line. */
function reasonIn({ stdout, stderr }: ToolResult): string {
  const lines = `${stdout}\n${stderr}`.split('\n').map((line) => line.trim());
  const said = lines.filter((line) => line !== '');
  const line = said.find((text) => /\berr(or|!)/i.test(text) && !idle.test(text)) ?? said.at(-1) ?? 'nothing';
  const reason = line.replace(prefix, '');
  return reason.length > mostCharacters ? `${reason.slice(0, mostCharacters)}…` : reason;
}

export function unsupportedMachine(): Problem {
  return {
    code: 'engine-install-unsupported',
    message: `expected the machine to run Linux on x64 or arm64, for which pip has libtensorflow, got ${process.platform} on ${process.arch}`,
    fix: 'npm install @tensorflow/tfjs-node, or use the engine "onnx" or "reference"',
  };
}

export function missingTool(what: string, got: string, fix: string): Problem {
  return { code: 'missing-tool', message: `expected ${what}, got ${got}`, fix };
}

export function npmFailed(what: string, said: ToolResult): Problem {
  return {
    code: 'engine-download-failed',
    message: `expected npm to fetch ${what}, got: ${reasonIn(said)}`,
    fix: 'see to it that npm reaches its registry (network, proxy or mirror), then run it again',
  };
}

export function pipFailed(what: string, python: string, said: ToolResult): Problem {
  return {
    code: 'engine-download-failed',
    message: `expected the pip of Python ${python} to fetch ${what}, got: ${reasonIn(said)}`,
    fix: 'see to it that pip reaches its index; if TensorFlow has no build for this Python, name another one with --python',
  };
}

export function buildFailed(compiler: string, said: ToolResult): Problem {
  return {
    code: 'engine-build-failed',
    message: `expected ${compiler} to build the binding of @tensorflow/tfjs-node, got: ${reasonIn(said)}`,
    fix: 'set CXX to a C++ compiler that knows C++17, then run it again',
  };
}

export function loadFailed(reason: string): Problem {
  return {
    code: 'engine-does-not-load',
    message: `expected what was built to load, got: ${reason}`,
    fix: 'use the engine "onnx" or "reference", and please report it',
  };
}
