/**
 * Takes a picture of what a command says on a terminal, colours included:
 *   node scripts/screenshot-terminal.mjs OUT.png -- node dist/bundle/assay.js validate some/broken.yaml
 * Needs Chromium (CHROMIUM, or /usr/bin/chromium).
 */
import { spawnSync } from 'node:child_process';
import { launchChromium } from './chromium.mjs';

const [out, , ...command] = process.argv.slice(2);
if (out === undefined || command.length === 0)
  throw new Error('usage: screenshot-terminal.mjs OUT.png -- COMMAND ...');

const { stdout, stderr } = spawnSync(command[0], command.slice(1), {
  encoding: 'utf8',
  env: { ...process.env, FORCE_COLOR: '1' },
});

const styles = {
  1: 'font-weight:700',
  2: 'opacity:.6',
  31: 'color:#ff7b72',
  32: 'color:#7ee787',
  33: 'color:#e3b341',
  36: 'color:#79c0ff',
};
const escape = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** SGR codes as nested spans; a closing code ends the innermost one, which is how picocolors nests them. */
function toHtml(text) {
  // eslint-disable-next-line no-control-regex -- escape sequences are what is looked for
  return escape(text).replace(/\x1b\[(\d+)m/g, (_, code) =>
    styles[code] === undefined ? '</span>' : `<span style="${styles[code]}">`,
  );
}

const shown = command.join(' ').replace('node dist/bundle/assay.js', 'npx assay');
const html = `<body style="margin:0"><div style="display:inline-block;background:#0d1117;color:#e6edf3;padding:20px 24px">
<pre style="margin:0;max-width:1040px;white-space:pre-wrap;font:14px/1.5 'DejaVu Sans Mono',ui-monospace,monospace"><span style="opacity:.6">$</span> ${escape(shown)}\n${toHtml(stdout + stderr).trimEnd()}</pre></div></body>`;

const browser = await launchChromium();
const page = await browser.newPage({ deviceScaleFactor: 1.25 });
await page.setContent(html);
await page.locator('div').screenshot({ path: out });
await browser.close();
