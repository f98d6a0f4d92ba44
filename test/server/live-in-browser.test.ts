/** The live page as people meet it: in a browser, while another process records. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, launchChromium } from '../../scripts/chromium.mjs';
import { Rig } from '../support/rig.js';
import { ask, RecordedByHand, eventually, serve, type Served } from './support.js';
import { watchPage } from '../support/watch-page.js';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const hostile = `</script><img src=x onerror=alert(1)><script>alert(1)</script>"'&{{x}}`;
const pictures = process.env['ASSAY_TEST_PICTURES'];

interface AxeViolation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string }[];
}

describe.skipIf(!existsSync(chromiumPath))('the live page in a browser', () => {
  const rig = new Rig();
  let browser: Browser;
  let served: Served;
  let recorded: RecordedByHand;
  let page: Page;
  /** What a page said or asked for that it should not have. */
  let complaints: string[];

  async function visit(path: string, width = 1440, scheme: 'light' | 'dark' = 'light'): Promise<void> {
    const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme: scheme });
    page = await context.newPage();
    complaints = watchPage(page, (asked) => asked.startsWith(served.url));
    await page.goto(new URL(path, served.url).href);
    await page.locator('[data-live-state][data-state="live"]').waitFor();
  }

  async function picture(name: string): Promise<void> {
    if (pictures === undefined) return;
    mkdirSync(pictures, { recursive: true });
    await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
  }

  async function violations(): Promise<string[]> {
    await page.evaluate(axe);
    const found = await page.evaluate<{ violations: AxeViolation[] }>('window.axe.run()');
    return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  }

  const rows = () => page.locator('.runs tbody tr[data-run]');

  const overflow = (): Promise<number> =>
    page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');

  beforeAll(async () => {
    rig.write('package.json', '{ "name": "served", "private": true }\n');
    rig.write(
      'runs/comparisons/hostile.html',
      `<!doctype html><title>report</title><h1>report</h1><script>
        const tell = (text) => document.body.append(' ' + text);
        try { localStorage.x = 1; tell('STORED'); } catch { tell('no storage'); }
        try { tell(document.cookie === undefined ? '' : 'COOKIES'); } catch { tell('no cookies'); }
        fetch('/').then(() => tell('FETCHED'), () => tell('no fetch'));
        new EventSource('/events').onopen = () => tell('FOLLOWED');
        const frame = document.createElement('iframe'); frame.src = '/'; document.body.append(frame);
        try { tell(window.open('/') === null ? 'no window' : 'OPENED'); } catch { tell('no window'); }
      </script>`,
    );
    recorded = new RecordedByHand(rig, 'by-hand', 300);
    for (let trial = 0; trial < 250; trial++) {
      recorded.begin(trial);
      for (let epoch = 1; epoch <= 8; epoch++)
        recorded.epoch(trial, epoch, 1 - 1 / (epoch + 1 + (trial % 7)));
      recorded.end(trial, trial % 50 === 49 ? 'failed' : 'done', 0.5 + trial / 1000, 8);
    }
    recorded.begin(250, hostile);
    recorded.epoch(250, 1, 0.4);
    recorded.epoch(250, 2, 0.6);
    served = await serve(rig);
    browser = await launchChromium();
  });
  // Pages left open would follow along and take the time of those that come.
  afterEach(async () => {
    await page.context().close();
  });
  afterAll(async () => {
    await browser.close();
    recorded.close();
    await served.stop();
    rig[Symbol.dispose]();
  });

  it('shows a sweep growing: curves, the table, the best so far', async () => {
    await visit('/sweeps/by-hand', 390);
    await page.getByText('251 runs').waitFor();
    const curves = page.getByRole('slider', { name: 'accuracy by epoch: up and down choose a run' });
    await eventually(() => curves.getAttribute('aria-valuetext')).toBe('251 runs');
    const pixels = (): Promise<string> =>
      page
        .locator('.curves-plot canvas')
        .first()
        .evaluate((canvas) => (canvas as unknown as { toDataURL(): string }).toDataURL());
    // Drawn where it is seen.
    await page.locator('.curves-plot').scrollIntoViewIfNeeded();
    const before = await pixels();
    const running = page.locator('[data-part="running"] tbody tr');
    await expect.poll(() => running.innerText()).toContain(hostile);
    // Whoever scrolls there by keys, has marked a text or hears it read stays in it.
    await page.locator('[data-part="running"] .scroll').focus();
    await page.evaluate(
      `document.getSelection().selectAllChildren(document.querySelector('[data-part="running"] tbody th'))`,
    );
    recorded.epoch(250, 3, 0.999);
    await eventually(() => running.innerText()).toContain('0.999');
    await expect
      .poll(() => page.evaluate(`document.activeElement.getAttribute('aria-label')`))
      .toBe('Running trials of by-hand');
    await expect.poll(() => page.evaluate(`document.getSelection().toString()`)).toBe('250');
    await page.locator('.curves-plot').scrollIntoViewIfNeeded();
    await eventually(pixels).not.toBe(before);
    // A running trial's epochs are those seen of it.
    const filter = page.getByRole('searchbox', { name: 'Filter' });
    await filter.fill('state = running');
    await eventually(() => rows().first().innerText()).toMatch(/running\s+–\s+99\.90\s%\s+3\s/);
    await filter.fill('');
    recorded.end(250, 'done', 0.9999, 3);
    await page.getByText('Best so far: 0.9999').waitFor();
    // The best comes first in the table, and its settings are text.
    await eventually(() => rows().first().innerText()).toContain('99.99');
    await expect.poll(() => rows().first().innerText()).toContain(hostile);
    // The newest best is where the line of the history ends.
    await page.getByText('Each new best as a table').click();
    await eventually(() => page.locator('#history tbody tr').last().innerText()).toContain('trial 250');
    expect(complaints).toEqual([]);
  });

  it('shows the curves of another metric', async () => {
    await visit('/sweeps/by-hand');
    const title = page.locator('#curves .plot-title');
    await eventually(() => title.innerText()).toBe('validation.accuracy by epoch');
    await page.getByRole('navigation', { name: 'Whose curves are shown' }).getByText('train.loss').click();
    await eventually(() => title.innerText()).toBe('train.loss by epoch');
    await expect
      .poll(() => page.locator('[data-part="metrics"] [aria-current]').innerText())
      .toBe('train.loss');
    expect(complaints).toEqual([]);
  });

  it('chooses trials in the table, by words and by axes, and keeps the choice while they come', async () => {
    await visit('/sweeps/by-hand');
    await page.getByText('251 runs').waitFor();
    const filter = page.getByRole('searchbox', { name: 'Filter' });
    await filter.fill('state = failed');
    await page.getByText('5 of 251 runs').waitFor();
    await page.getByRole('button', { name: 'epochs' }).click();
    await expect.poll(() => rows().first().innerText()).toContain('<b>bad</b> luck');
    await page.locator('.runs tbody tr[data-run="249"]').focus();
    await page.keyboard.press('p');
    recorded.begin(251);
    recorded.epoch(251, 1, 0.3);
    await page.getByText('5 of 252 runs').waitFor();
    await expect.poll(() => rows().first().locator('.pin').getAttribute('aria-pressed')).toBe('true');
    await expect.poll(() => page.locator('th[aria-sort]').innerText()).toContain('epochs');
    recorded.end(251, 'failed', 0.3, 1);
    await page.getByText('6 of 252 runs').waitFor();
    await page.getByRole('button', { name: 'Show all' }).click();
    const axis = page.getByRole('slider', { name: 'Brush on validation.accuracy' });
    await axis.focus();
    await page.keyboard.press('ArrowUp');
    await eventually(() => page.locator('.count').innerText()).toMatch(/^\d+ of 252 runs$/);
    const chosen = Number.parseInt(await page.locator('.count').innerText());
    // The upper end of the axis is no bound for what gets beyond it.
    recorded.begin(252);
    recorded.end(252, 'done', 0.99999, 1);
    await page.getByText(`${chosen + 1} of 253 runs`).waitFor();
    await page.locator('.curves-plot').hover();
    expect(complaints).toEqual([]);
  });

  it('colours by where the curves stand until the reader chooses otherwise', async () => {
    await visit('/sweeps/by-hand');
    const colour = page.getByRole('combobox', { name: 'Colour' });
    const legend = page.locator('.selection .scale-legend');
    await expect.poll(() => colour.locator('option:checked').innerText()).toBe('latest validation.accuracy');
    const before = await legend.innerText();
    await colour.selectOption({ label: 'validation.accuracy' });
    await eventually(() => legend.innerText()).not.toBe(before);
    expect(complaints).toEqual([]);
  });

  it('takes no place from whoever reads while trials come', async () => {
    const some = new RecordedByHand(rig, 'read');
    for (const trial of [0, 1, 2]) {
      some.begin(trial);
      some.epoch(trial, 1, 0.5 + trial / 10);
    }
    await visit('/sweeps/read');
    await eventually(() => rows().count()).toBe(3);
    await page.evaluate(
      `document.getSelection().selectAllChildren(document.querySelector('.runs tr[data-run="1"] td:nth-of-type(2)'))`,
    );
    const marked = () => page.evaluate<string>('document.getSelection().toString()');
    expect(await marked()).toMatch(/60\.00/);
    await page.locator('.runs tr[data-run="2"] a').focus();
    some.epoch(0, 2, 0.55);
    await eventually(() => page.locator('.runs tr[data-run="0"]').innerText()).toContain('55.00');
    expect(await marked()).toMatch(/60\.00/);
    await expect.poll(() => page.evaluate('document.activeElement.textContent')).toBe('trial 2');
    some.close();
    expect(complaints).toEqual([]);
  });

  it('shows a column once it tells trials apart, unless the reader chose otherwise', async () => {
    const few = new RecordedByHand(rig, 'few');
    few.begin(0, 'a');
    few.epoch(0, 1, 0.5);
    await visit('/sweeps/few');
    const headings = () => page.locator('.runs thead th').allInnerTexts();
    await eventually(headings).toEqual(['run', 'validation\naccuracy']);
    // Far from the curves; whoever is on a heading stays there when others come.
    await page.setViewportSize({ width: 1440, height: 300 });
    await page.locator('[data-column="name"] button').focus();
    few.begin(1, 'b');
    few.epoch(1, 1, 0.25);
    await eventually(headings).toContain('train\nx');
    await expect.poll(() => page.evaluate('document.activeElement.textContent')).toBe('run');
    // What is read aloud of the curves is right out of sight, too.
    const curves = page.getByRole('slider', { name: 'accuracy by epoch: up and down choose a run' });
    await eventually(() => curves.getAttribute('aria-valuetext')).toBe('2 runs');
    await page.getByText('Columns', { exact: true }).click();
    await page.getByRole('checkbox', { name: 'train.x' }).uncheck();
    few.end(0, 'done', 0.5);
    await eventually(() => rows().first().innerText()).toMatch(/^trial 0\s+50\.00/);
    expect(await headings()).not.toContain('train\nx');
    expect(await headings()).toContain('epochs');
    few.close();
    expect(complaints).toEqual([]);
  });

  it('shows a run with its stages, what came from the cache, and charts that grow', async () => {
    recorded.begin(260);
    recorded.epoch(260, 1, 0.5);
    recorded.epoch(260, 2, 0.6);
    const path = `/runs/${recorded.runOf(260)}`;
    // What is recorded is written a few times a second.
    await eventually(async () => (await ask(served, path)).status).toBe(200);
    await visit(path);
    await page.getByText('1 of 2 stages came from the cache').waitFor();
    const value = page.locator('[data-chart="accuracy"] .toggle .value');
    await eventually(() => value.allTextContents()).toEqual(['60.00\u202f%']);
    recorded.epoch(260, 3, 0.75);
    await eventually(() => value.allTextContents()).toEqual(['75.00\u202f%']);
    const slider = page.getByRole('slider', { name: 'Accuracy by epoch' });
    await slider.focus();
    await page.keyboard.press('Home');
    await expect.poll(() => slider.getAttribute('aria-valuetext')).toContain('epoch 1');
    // Who reads an epoch goes on reading it when others come.
    recorded.epoch(260, 4, 0.8);
    await eventually(() => slider.getAttribute('aria-valuemax')).toBe('4');
    await expect.poll(() => slider.getAttribute('aria-valuetext')).toContain('epoch 1');
    await expect.poll(() => page.locator('[data-chart="accuracy"] .chart-tip b').innerText()).toBe('epoch 1');
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => slider.getAttribute('aria-valuetext')).toContain('epoch 2');
    await page.getByText('Everything resolved, as it was run').click();
    recorded.epoch(260, 5, 0.8);
    await eventually(() => slider.getAttribute('aria-valuemax')).toBe('5');
    await expect
      .poll(() => page.locator('[data-part="settings"] details').getAttribute('open'))
      .not.toBeNull();
    expect(complaints).toEqual([]);
    expect(await violations()).toEqual([]);
    await picture('run');
    recorded.end(260, 'done', 0.8, 5);
  });

  it('says when the connection is lost, and goes on when there is one again', async () => {
    await visit('/');
    const { port } = served;
    await served.stop();
    await page.getByText('connection lost, trying again').waitFor();
    served = await serve(rig, ['--port', String(port)]);
    await page.locator('[data-live-state][data-state="live"]').waitFor({ timeout: 20_000 });
    const kept = complaints.filter(
      (text) => !/ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED|ERR_EMPTY/.test(text),
    );
    expect(kept).toEqual([]);
  });

  it('keeps what is chosen among the last trials when another server tells the sweep from its beginning', async () => {
    await visit('/sweeps/by-hand');
    // More than are told at once, whichever tests have run before.
    await page.getByText(/^2[5-9]\d runs$/).waitFor();
    await page.getByRole('searchbox', { name: 'Filter' }).fill('onerror');
    const row = page.locator('.runs tbody tr[data-run="250"]');
    await row.focus();
    await page.keyboard.press('p');
    await page.keyboard.press('h');
    const hidden = page.getByRole('button', { name: '1 hidden' });
    await hidden.waitFor();
    await page.getByRole('searchbox', { name: 'Filter' }).fill('');
    const count = page.locator('.count');
    const before = await count.innerText();
    const { port } = served;
    await served.stop();
    await page.getByText('connection lost, trying again').waitFor();
    served = await serve(rig, ['--port', String(port)]);
    await page.locator('[data-live-state][data-state="live"]').waitFor({ timeout: 20_000 });
    // Told after all others.
    recorded.begin(261, 'after the others');
    await page.locator('[data-part="running"]').getByText('after the others').waitFor();
    await eventually(() => count.innerText()).not.toBe(before);
    await hidden.waitFor();
    await hidden.click();
    await page.getByRole('searchbox', { name: 'Filter' }).fill('onerror');
    await expect.poll(() => row.locator('.pin').getAttribute('aria-pressed')).toBe('true');
    recorded.end(261, 'failed', 0.3, 1);
  });

  it.each([
    ['/', 390, 'light'],
    ['/', 1440, 'dark'],
    ['/', 2560, 'light'],
    ['/sweeps/by-hand', 390, 'dark'],
    ['/sweeps/by-hand', 1440, 'light'],
    ['/sweeps/by-hand', 2560, 'dark'],
  ] as const)('is accessible and fits: %s at %i px, %s', async (path, width, scheme) => {
    recorded.begin(270 + width);
    recorded.epoch(270 + width, 1, 0.5);
    recorded.epoch(270 + width, 2, 0.7);
    await visit(path, width, scheme);
    await expect.poll(() => overflow()).toBe(0);
    if (path !== '/') await rows().first().waitFor();
    expect(await violations()).toEqual([]);
    await picture(`${path === '/' ? 'overview' : 'sweep'}-${width}-${scheme}`);
    recorded.end(270 + width, 'done', 0.7, 2);
    expect(complaints).toEqual([]);
  });

  it('does not let a hostile report at anything', async () => {
    const context = await browser.newContext();
    const report = await context.newPage();
    await report.goto(new URL('/files/comparisons/hostile.html', served.url).href);
    await report.getByText('no fetch').waitFor();
    await report.waitForTimeout(500);
    const text = await report.locator('body').innerText();
    expect(text).toContain('no storage');
    expect(text).toContain('no cookies');
    expect(text).toContain('no window');
    expect(text).not.toMatch(/STORED|COOKIES|FETCHED|FOLLOWED|OPENED/);
    expect(report.frames().filter((frame) => frame.url() === served.url)).toEqual([]);
    expect(context.pages()).toHaveLength(1);
    // Back to the live page by a link from the sandbox: allowed, for it changes nothing.
    await report.goto(served.url);
    await report.getByRole('link', { name: 'comparisons/hostile.html' }).click();
    await report.getByText('no fetch').waitFor();
  });
});
