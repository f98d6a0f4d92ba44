/**
 * Runs other programs for the installation: npm, Python, a compiler. Each gets a process group of its own, so that an
 * interruption ends what it started as well. Owns no wording.
 */
import { spawn } from 'node:child_process';

export interface ToolResult {
  /** Nothing when there is no such program. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ToolOptions {
  readonly folder?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

export type RunTool = (
  program: string,
  args: readonly string[],
  options?: ToolOptions,
) => Promise<ToolResult>;

/** @returns a runner whose programs end, and whose calls throw the signal's reason, once `signal` is aborted. */
export function toolRunner(signal: AbortSignal): RunTool {
  return (program, args, { folder, environment } = {}) =>
    new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const child = spawn(program, args, {
        cwd: folder,
        env: { ...process.env, ...environment },
        stdio: ['ignore', 'pipe', 'pipe'],
        detached: true,
      });
      const stop = (): void => {
        if (child.pid === undefined) return;
        try {
          process.kill(-child.pid, 'SIGTERM');
        } catch {
          // It has ended by itself, and only its output is still being read.
        }
      };
      signal.addEventListener('abort', stop, { once: true });
      let stdout = '';
      let stderr = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
      child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
      child.on('error', (error) => {
        signal.removeEventListener('abort', stop);
        resolve({ code: undefined, stdout, stderr: error.message });
      });
      child.on('close', (code) => {
        signal.removeEventListener('abort', stop);
        if (signal.aborted) reject(signal.reason as Error);
        else resolve({ code: code ?? 1, stdout, stderr });
      });
    });
}
