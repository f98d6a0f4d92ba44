/** Second processes that use the record, as files for Node: the sources bundled into a folder inside the checkout. */
import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { buildSync } from 'esbuild';

const root = resolve(import.meta.dirname, '../..');

export interface Scripts {
  /** Starts Node on `code`, a module in which `openTracking`, `Sqlite` and `folder` are there to be used. */
  start(code: string, folder: string, options?: SpawnOptions & { wrap?: readonly string[] }): Child;
  remove(): void;
}

interface Child {
  readonly process: ChildProcess;
  /** Resolves when the process has printed a line that is `text`; rejects when it ends before. */
  printed(text: string): Promise<void>;
  /** Exit code or signal, and everything printed. */
  readonly ended: Promise<{
    readonly code: number | string;
    readonly output: string;
    readonly errors: string;
  }>;
}

/** Bundles the record once; the scripts go into the same folder. */
export function prepareScripts(): Scripts {
  const parent = join(root, 'test/.tmp');
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, 'tracking-'));
  // Some scripts run as another user.
  chmodSync(folder, 0o755);
  buildSync({
    entryPoints: [join(root, 'src/tracking/tracking.ts')],
    outdir: folder,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    outExtension: { '.js': '.mjs' },
  });
  let count = 0;
  return {
    start(code, project, { wrap = [], ...options } = {}) {
      const script = join(folder, `script-${count++}.mjs`);
      writeFileSync(
        script,
        `import Sqlite from 'better-sqlite3';
import { openTracking } from './tracking.mjs';
const folder = process.argv[2];
const say = (text) => process.stdout.write(text + '\\n');
${code}`,
      );
      const [command, ...args] = [...wrap, process.execPath, script, project];
      return follow(spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options }));
    },
    remove() {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function follow(child: ChildProcess): Child {
  let output = '';
  let errors = '';
  const waiting: { text: string; resolve: () => void; reject: (error: Error) => void }[] = [];
  const look = (): void => {
    for (const one of waiting) if (output.split('\n').includes(one.text)) one.resolve();
  };
  child.stdout!.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    look();
  });
  child.stderr!.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const ended = new Promise<{ code: number | string; output: string; errors: string }>((done) => {
    child.on('close', (code, signal) => {
      for (const one of waiting)
        one.reject(new Error(`ended without printing ${one.text}: ${output}${errors}`));
      done({ code: code ?? signal ?? -1, output, errors });
    });
  });
  return {
    process: child,
    ended,
    printed: (text) =>
      new Promise((resolvePrinted, reject) => {
        waiting.push({ text, resolve: resolvePrinted, reject });
        look();
      }),
  };
}
