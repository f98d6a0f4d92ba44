/** Shows a page in the user's browser, where there is one: a convenience that never fails a command. */
import { spawn } from 'node:child_process';
import { say } from './output.js';

function opener(target: string): readonly [command: string, ...args: string[]] {
  switch (process.platform) {
    case 'darwin':
      return ['open', target];
    case 'win32':
      // The first quoted argument of `start` is a window's title.
      return ['cmd', '/c', 'start', '""', target.replaceAll('&', '^&')];
    default:
      return ['xdg-open', target];
  }
}

/** @param target an address, or the path of a file. */
export function openPage(target: string): void {
  const [command, ...args] = opener(target);
  const child = spawn(command, args, { stdio: 'ignore', detached: true });
  child.on('error', () => say(`no browser could be started (${command}); open ${target} yourself`));
  child.unref();
}
