/** A Python with other tools in it, where ASSAY_PEERS names the folder of a virtual environment; tests without are skipped. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const folder = process.env['ASSAY_PEERS'];
const python = folder === undefined ? undefined : join(folder, 'bin', 'python');
export const hasPeers = python !== undefined && existsSync(python);

/** Runs a script and returns what it prints; fails with what it said where it fails. */
export async function runPython(script: string, cwd: string): Promise<string> {
  if (python === undefined) throw new Error('ASSAY_PEERS is not set');
  const { stdout } = await promisify(execFile)(python, ['-c', script], { cwd, maxBuffer: 1 << 26 });
  return stdout;
}
