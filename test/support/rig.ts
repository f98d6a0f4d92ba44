/**
 * The test rig: a temporary project and the real CLI run in it as a process of its own. Owns no expectations.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('../..', import.meta.url));
export const sharedDatasets = join(repository, '..', 'shared', 'datasets');
const executable = join(repository, 'dist', 'bundle', 'assay.js');

export interface Finished {
  /** The exit code, or the signal that ended it. */
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

export interface JsonOutcome {
  readonly run: string;
  readonly status: string;
  readonly engine: string;
  readonly stages: readonly {
    readonly name: string;
    readonly status: string;
    readonly fingerprint: string;
    readonly artifact: string;
  }[];
  readonly metrics: Readonly<Record<string, number>>;
  readonly report: string;
}

export class Rig {
  readonly folder = mkdtempSync(join(tmpdir(), 'assay-test-'));
  readonly #children = new Set<ChildProcess>();

  /** Writes a file of the project. */
  write(path: string, text: string): void {
    const target = join(this.folder, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text);
  }

  read(path: string): string {
    return readFileSync(join(this.folder, path), 'utf8');
  }

  /** Copies pipelines and experiments of the repository itself. */
  useRepositoryFiles(): void {
    for (const name of ['pipelines', 'experiments']) {
      if (existsSync(join(repository, name)))
        cpSync(join(repository, name), join(this.folder, name), { recursive: true });
    }
  }

  /** Starts the CLI and leaves it running. */
  start(
    args: readonly string[],
    environment: Readonly<Record<string, string>> = {},
  ): { readonly child: ChildProcess; readonly finished: Promise<Finished> } {
    const child = spawn(process.execPath, [executable, ...args], {
      cwd: this.folder,
      env: { ...process.env, NO_COLOR: '1', ASSAY_DATASETS: '', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#children.add(child);
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const finished = new Promise<Finished>((resolve) => {
      child.on('close', (code, signal) => {
        this.#children.delete(child);
        resolve({ code: code ?? signal ?? 'unknown', stdout, stderr });
      });
    });
    return { child, finished };
  }

  /** Runs the CLI to its end. */
  assay(args: readonly string[], environment?: Readonly<Record<string, string>>): Promise<Finished> {
    return this.start(args, environment).finished;
  }

  /** Runs an experiment with `--json`; fails with what it said unless it is done. */
  async run(
    file: string,
    set: readonly string[] = [],
    environment?: Readonly<Record<string, string>>,
  ): Promise<JsonOutcome> {
    const args = ['run', file, '--json', ...set.flatMap((pair) => ['--set', pair])];
    const { code, stdout, stderr } = await this.assay(args, environment);
    if (code !== 0) throw new Error(`assay ${args.join(' ')} ended with ${code}\n${stdout}\n${stderr}`);
    return JSON.parse(stdout) as JsonOutcome;
  }

  [Symbol.dispose](): void {
    for (const child of this.#children) child.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }
}
