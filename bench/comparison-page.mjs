#!/usr/bin/env node
/**
 * What a comparison of a thousand runs costs: rendering it, its size, and in Chromium on a processor slowed down four
 * times the time until its table answers and until a brush is drawn. Run after `npm run build`:
 * node bench/comparison-page.mjs [--runs 1000] [--times 5] [--slowdown 4]
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { launchChromium } from '../scripts/chromium.mjs';
import { startBareChromium } from './bare-chromium.mjs';
import { renderComparison } from '../dist/report/comparison/render-comparison.js';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '1000' },
    times: { type: 'string', default: '5' },
    slowdown: { type: 'string', default: '4' },
  },
});
const root = new URL('..', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'assay-bench-comparison-'));
const median = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1];

/** The tests' fixture is TypeScript: joined into one file that imports from nowhere. */
async function makeFixture(options) {
  const outfile = join(folder, 'fixture.mjs');
  await build({
    entryPoints: [join(root, 'test/report/comparison/comparison-fixture.ts')],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    logLevel: 'error',
  });
  const { makeComparison } = await import(pathToFileURL(outfile).href);
  return makeComparison(options);
}

/**
 * Milliseconds from navigation until the table is there and answers a click on a heading. By Chromium's own protocol:
 * Playwright watches the network, which has the browser read megabytes a second time before the page goes on.
 */
async function measureTable(chromium, url) {
  const page = await chromium.open();
  await page.send('Emulation.setDeviceMetricsOverride', {
    ...{ width: 1440, height: 900, deviceScaleFactor: 1, mobile: false },
  });
  await page.send('Emulation.setCPUThrottlingRate', { rate: Number(values.slowdown) });
  await page.send('Page.enable');
  const measure = () => {
    const look = () => {
      const heading = document.querySelector('.runs thead [data-column="metric:validation.accuracy"] button');
      if (heading === null || document.querySelectorAll('.runs tbody tr[data-run]').length < 10)
        return requestAnimationFrame(look);
      heading.click();
      requestAnimationFrame(() => requestAnimationFrame(() => (window.usableAt = performance.now())));
    };
    requestAnimationFrame(look);
  };
  await page.send('Page.addScriptToEvaluateOnNewDocument', { source: `(${measure})()` });
  await page.send('Page.navigate', { url });
  for (;;) {
    await sleep(200);
    const { result } = await page.send('Runtime.evaluate', { expression: 'window.usableAt' });
    if (typeof result.value !== 'number') continue;
    await page.close();
    return result.value;
  }
}

/** Milliseconds from each move of a brush, made by a mouse, until the picture with it is there. */
async function measureBrush(browser, url) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(url);
  await page.waitForFunction(() => document.documentElement.classList.contains('settled'));
  // Every axis there is: the objective's is the last.
  await page.locator('[data-view="parallel"] summary.tool').click();
  await page.locator('[data-view="parallel"] .chooser fieldset input').first().waitFor();
  for (const box of await page.locator('[data-view="parallel"] .chooser fieldset input').all())
    if (!(await box.isChecked()) && (await page.locator('.axis').count()) < 20) await box.click();
  await page.keyboard.press('Escape');
  const axes = await page.locator('.axis').count();
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: Number(values.slowdown) });
  await page.locator('.parallel').scrollIntoViewIfNeeded();
  const { x, y, width, height } = await page.locator('.axis-track').first().boundingBox();
  await page.evaluate(() => {
    window.answers = [];
    const answered = (event) => () => {
      // A task behind the frame that draws runs when the picture has been made.
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => window.answers.push(performance.now() - event.timeStamp);
      port2.postMessage(0);
    };
    const listen = (event) => event.buttons !== 0 && requestAnimationFrame(answered(event));
    window.addEventListener('pointermove', listen, { capture: true });
  });
  const move = (share) => page.mouse.move(x + width / 2, y + height * share);
  const count = 20;
  await move(0.1);
  await page.waitForTimeout(300);
  await page.mouse.down();
  for (let i = 1; i <= count; i++) {
    await move(0.1 + (0.8 * i) / count);
    await page.waitForFunction((answers) => window.answers.length >= answers, i);
  }
  await page.mouse.up();
  const answers = await page.evaluate(() => window.answers);
  const brushed = await page.locator('.count').textContent();
  await page.close();
  return { axes, answers, brushed };
}

try {
  for (const runs of [Number(values.runs), 100]) {
    const comparison = await makeFixture({ runs });
    const output = join(folder, `${runs}.html`);
    const render = () => {
      const from = performance.now();
      renderComparison(comparison, { output, projectRoot: root });
      return performance.now() - from;
    };
    const first = render();
    const again = Array.from({ length: Number(values.times) }, render);
    const bundle = statSync(join(root, 'dist/pages/comparison.js')).size;
    const size = statSync(output).size;
    console.log(
      `${runs} runs × 20 parameters × 50 epochs: rendered in ${first.toFixed(0)} ms (again ${median(again).toFixed(0)} ms), ${(size / 1e6).toFixed(2)} MB, of which the bundle ${(bundle / 1e6).toFixed(2)} MB`,
    );
    const browser = await launchChromium();
    const url = pathToFileURL(output).href;
    const usable = [];
    const chromium = startBareChromium(folder);
    for (let i = 0; i < Number(values.times); i++) usable.push(await measureTable(chromium, url));
    await chromium.stop();
    const { axes, answers, brushed } = await measureBrush(browser, url);
    await browser.close();
    console.log(
      `  ${values.slowdown}× slowdown: table usable after ${median(usable).toFixed(0)} ms (${usable.map((ms) => ms.toFixed(0)).join(', ')})`,
    );
    console.log(
      `  ${values.slowdown}× slowdown: a brush on ${axes} axes answers in ${median(answers).toFixed(0)} ms, at most ${Math.max(...answers).toFixed(0)} ms (${brushed})`,
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
