/** Chromium told what to do by its own protocol over a pipe, and nothing switched on that a reader would not have on. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { chromiumPath } from '../scripts/chromium.mjs';

/** @param folder where its profile may lie */
export function startBareChromium(folder) {
  const browser = spawn(
    chromiumPath,
    [
      ...['--headless=new', '--no-sandbox', '--remote-debugging-pipe', '--no-first-run'],
      ...[`--user-data-dir=${join(folder, 'profile')}`, 'about:blank'],
    ],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] },
  );
  const [, , , commands, answers] = browser.stdio;
  const waiting = new Map();
  let last = 0;
  let text = '';
  answers.setEncoding('utf8').on('data', (part) => {
    const messages = (text + part).split('\0');
    text = messages.pop();
    for (const { id, result, error } of messages.map((message) => JSON.parse(message))) {
      const { resolve, reject } = waiting.get(id) ?? {};
      waiting.delete(id);
      if (error === undefined) resolve?.(result);
      else reject?.(new Error(error.message));
    }
  });
  const send = (method, params = {}, sessionId = undefined) =>
    new Promise((resolve, reject) => {
      waiting.set(++last, { resolve, reject });
      commands.write(`${JSON.stringify({ id: last, method, params, sessionId })}\0`);
    });
  return {
    /** A tab of its own. */
    async open() {
      const { targetId } = await send('Target.createTarget', { url: 'about:blank' });
      const { sessionId } = await send('Target.attachToTarget', { targetId, flatten: true });
      return {
        send: (method, params) => send(method, params, sessionId),
        close: () => send('Target.closeTarget', { targetId }),
      };
    },
    async stop() {
      const ended = once(browser, 'exit');
      browser.kill();
      await ended;
    },
  };
}
