/**
 * Runs measuring processes to their ends, one or several at once, and reads the JSON line that each prints. Several begin
 * to be timed at the same moment: each says `{"ready":true}` and waits for a line.
 */
import { spawn } from 'node:child_process';
import { sample, sharesBetween } from './load.mjs';

const longest = 10 * 60_000;

/** The last JSON object of a text that begins on a line of its own, on one line or over several to the end; or nothing. */
export function lastJson(text) {
  const lines = text.trimEnd().split('\n');
  for (let at = lines.length - 1; at >= 0; at--) {
    if (!lines[at].startsWith('{')) continue;
    for (const json of [lines[at], lines.slice(at).join('\n')]) {
      try {
        return JSON.parse(json);
      } catch {
        // It only looks like it.
      }
    }
  }
  return undefined;
}

/** @returns what it printed, its wall time, and its last JSON line. @throws with the end of what it said otherwise. */
function start({ file, args, env }, onReady) {
  const began = performance.now();
  const child = spawn(file, args, { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'pipe'] });
  // One that ended already needs no word to begin.
  child.stdin.on('error', () => undefined);
  const timer = setTimeout(() => child.kill('SIGKILL'), longest);
  let [stdout, stderr] = ['', ''];
  let told = false;
  const tell = () => {
    if (!told) onReady?.();
    told = true;
  };
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text;
    if (/^\{"ready": ?true\}$/m.test(stdout)) tell();
  });
  child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
  const finished = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      tell();
      const line = lastJson(stdout);
      if (code === 0 && line !== undefined && line.ready === undefined)
        resolve({ line, wall: Number(((performance.now() - began) / 1000).toFixed(2)) });
      else reject(new Error(`${file} ended with ${code ?? signal}: ${stderr.trim().slice(-500)}`));
    });
  });
  return { go: () => child.stdin.end('go\n'), finished };
}

/** Runs one command, or the same one several times at once. */
export async function runProcesses(command, count) {
  const before = sample();
  let waited = count;
  const children = [];
  const onReady = () => {
    waited--;
    if (waited === 0) for (const child of children) child.go();
  };
  for (let i = 0; i < count; i++) children.push(start(command, count > 1 ? onReady : undefined));
  const results = await Promise.all(children.map(({ finished }) => finished));
  return { results, during: sharesBetween(before, sample()) };
}
