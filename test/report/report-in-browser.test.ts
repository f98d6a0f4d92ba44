/** The report as people meet it: in a browser, from a file, on a phone and a desk, light and dark. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, launchChromium } from '../../scripts/chromium.mjs';
import { createReportRenderer } from '../../src/report/report-renderer.js';
import { makeRunFixture, type FixtureOptions } from './run-fixture.js';
import { watchPage } from '../support/watch-page.js';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const hostile = `</script><img src=x onerror=alert(1)><script>alert(1)</script>"'&{{x}}`;

interface AxeViolation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string }[];
}

interface Visit {
  readonly report: string;
  readonly width?: number;
  readonly scheme?: 'light' | 'dark';
  readonly scripts?: boolean;
}

describe.skipIf(!existsSync(chromiumPath))('a report in a browser', () => {
  let browser: Browser;
  let folder: string;
  /** What the page said or asked for that it should not have. */
  let complaints: string[];
  let page: Page;

  async function makeReport(name: string, options: FixtureOptions): Promise<void> {
    const output = join(folder, name);
    const fixture = makeRunFixture(join(folder, `${name}-artifacts`), { testImages: 1000, ...options });
    mkdirSync(output);
    await createReportRenderer().render({ ...fixture, output, settings: {}, projectRoot: folder });
  }

  async function visit({ report, width = 1440, scheme = 'light', scripts = true }: Visit): Promise<void> {
    const context = await browser.newContext({
      viewport: { width, height: 900 },
      colorScheme: scheme,
      javaScriptEnabled: scripts,
      reducedMotion: 'reduce',
    });
    page = await context.newPage();
    const url = pathToFileURL(join(folder, report, 'report.html')).href;
    complaints = watchPage(page, (asked) => asked === url);
    await page.goto(url);
  }

  const shownValues = (chart: string) =>
    page.locator(`[data-chart="${chart}"] .toggle .value`).allTextContents();

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'assay-report-browser-'));
    await makeReport('plain', {});
    await makeReport('hostile', { hostile, testImages: 200 });
    await makeReport('one-epoch', { epochs: 1, testImages: 200 });
    await makeReport('many-classes', {
      classes: Array.from({ length: 60 }, (_, i) => `letter ${i}`),
      testImages: 600,
      epochs: 100,
    });
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const visits = [
    ...[390, 1440].flatMap((width) =>
      (['light', 'dark'] as const).map((scheme) => ({ report: 'plain', width, scheme })),
    ),
    ...['hostile', 'one-epoch', 'many-classes'].flatMap((report) => [
      { report, width: 390, scheme: 'light' as const },
      { report, width: 1440, scheme: 'dark' as const },
    ]),
  ];
  it.each(visits)('is clean: $report, $width px, $scheme', async (where) => {
    await visit(where);
    const overflow = await page.evaluate('document.documentElement.scrollWidth - window.innerWidth');
    expect(overflow).toBe(0);
    // What isn't shown can't be found fault with.
    await expect
      .poll(() => page.evaluate('document.querySelector("main").offsetHeight'))
      .toBeGreaterThan(4000);
    const violations = await page.evaluate<AxeViolation[]>(
      `${axe}; axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations)`,
    );
    // Nothing at all, which is more than nothing serious.
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`)).toEqual([]);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it.each([320, 390, 768, 1024, 1200, 1280, 1440, 2560])(
    'figures keep to their cards at %d px',
    async (width) => {
      await visit({ report: 'plain', width });
      // The widest that each can come to.
      const overflowing = await page.evaluate(`
      [...document.querySelectorAll('.figure strong')].flatMap((strong) => {
        strong.textContent = strong.closest('.figure-parameters') ? '50,000,000' : '100.00 %';
        const range = document.createRange();
        range.selectNodeContents(strong);
        return range.getBoundingClientRect().right > strong.getBoundingClientRect().right
          ? [strong.closest('.figure').className] : [];
      })`);
      expect(overflowing).toEqual([]);
      await page.context().close();
    },
  );

  it.each(['light', 'dark'] as const)('draws its charts in the colours of the theme: %s', async (scheme) => {
    await visit({ report: 'plain', scheme });
    // Okabe and Ito's blue and vermillion, or their lighter kin, somewhere on the canvas.
    const wanted =
      scheme === 'light'
        ? [
            [0, 114, 178],
            [213, 94, 0],
          ]
        : [
            [86, 180, 233],
            [240, 160, 48],
          ];
    const found = await page.evaluate(`(() => {
      const canvas = document.querySelector('[data-chart="loss"] canvas');
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      const has = ([r, g, b]) => {
        for (let i = 0; i < data.length; i += 4)
          if (data[i] === r && data[i + 1] === g && data[i + 2] === b && data[i + 3] === 255) return true;
        return false;
      };
      return ${JSON.stringify(wanted)}.map(has);
    })()`);
    expect(found).toEqual([true, true]);
    await page.context().close();
  });

  it('draws its charts anew when the theme changes', async () => {
    await visit({ report: 'plain', scheme: 'light' });
    const picture = () => page.evaluate(`document.querySelector('[data-chart="loss"] canvas').toDataURL()`);
    const before = await picture();
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect.poll(picture).not.toBe(before);
    await page.context().close();
  });

  it('shows the values under the pointer, in all charts at once', async () => {
    await visit({ report: 'plain' });
    const plot = page.locator('[data-chart="loss"] .u-over');
    await plot.scrollIntoViewIfNeeded();
    const atLast = await shownValues('accuracy');
    const box = (await plot.boundingBox())!;
    await page.mouse.move(box.x + 1, box.y + 50);
    const tip = page.locator('[data-chart="loss"] .chart-tip');
    await expect.poll(() => tip.textContent()).toMatch(/^epoch 1train0\.\d+validation0\.\d+$/);
    await expect.poll(() => shownValues('accuracy')).not.toEqual(atLast);
    await page.mouse.move(5, 5);
    await expect.poll(() => tip.isHidden()).toBe(true);
    await expect.poll(() => shownValues('accuracy')).toEqual(atLast);
    await page.context().close();
  });

  it('tells the values to the keyboard and to screen readers', async () => {
    await visit({ report: 'plain' });
    const slider = page.getByRole('slider', { name: 'Loss by epoch' });
    await slider.focus();
    await page.keyboard.press('Home');
    await expect
      .poll(() => slider.getAttribute('aria-valuetext'))
      .toMatch(/^epoch 1, train 0\.\d+, validation 0\.\d+$/);
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => slider.getAttribute('aria-valuetext')).toMatch(/^epoch 2, /);
    await expect.poll(() => slider.getAttribute('aria-valuenow')).toBe('2');
    await expect
      .poll(() => page.locator('[data-chart="accuracy"] .chart-tip b').textContent())
      .toBe('epoch 2');
    await page.keyboard.press('End');
    await expect.poll(() => slider.getAttribute('aria-valuenow')).toBe('12');
    await page.context().close();
  });

  it('answers to a finger', async () => {
    await visit({ report: 'plain', width: 390 });
    const plot = page.locator('[data-chart="accuracy"] .u-over');
    await plot.scrollIntoViewIfNeeded();
    const box = (await plot.boundingBox())!;
    await plot.dispatchEvent('pointerdown', {
      pointerType: 'touch',
      clientX: box.x + box.width * 0.55,
      clientY: box.y + 20,
    });
    await expect.poll(() => page.locator('[data-chart="loss"] .chart-tip b').textContent()).toBe('epoch 7');
    await page.context().close();
  });

  it('hides a line by its name and changes the scale', async () => {
    await visit({ report: 'plain' });
    const picture = () => page.evaluate(`document.querySelector('[data-chart="loss"] canvas').toDataURL()`);
    const whole = await picture();
    const train = page.locator('[data-chart="loss"]').getByRole('button', { name: /^train/ });
    await train.click();
    await expect.poll(() => train.getAttribute('aria-pressed')).toBe('false');
    await expect.poll(picture).not.toBe(whole);
    await train.click();
    await expect.poll(picture).toBe(whole);
    const scale = page.getByRole('button', { name: 'Log scale' });
    await scale.click();
    await expect.poll(() => scale.getAttribute('aria-pressed')).toBe('true');
    await expect.poll(picture).not.toBe(whole);
    await page.context().close();
  });

  it('fits its charts to the window', async () => {
    await visit({ report: 'plain', width: 1440 });
    await page.setViewportSize({ width: 700, height: 900 });
    const difference = () =>
      page.evaluate(`(() => {
        const plot = document.querySelector('[data-chart="loss"] .chart-plot');
        return plot.clientWidth - plot.querySelector('.uplot').clientWidth;
      })()`);
    await expect.poll(difference).toBe(0);
    await page.context().close();
  });

  it('copies the command that makes the run again', async () => {
    await visit({ report: 'plain' });
    await page.evaluate(
      `navigator.clipboard.writeText = (text) => { window.copied = text; return Promise.resolve(); }`,
    );
    const button = page.getByRole('button', { name: 'Copy' }).last();
    await button.click();
    await expect
      .poll(() => page.evaluate('window.copied'))
      .toBe('npx assay run experiments/mnist-cnn.yaml --set train.optimizer.learningRate=0.002');
    await expect.poll(() => page.getByRole('button', { name: 'Copied' }).count()).toBe(1);
    await page.context().close();
  });

  it('shows hostile text as text', async () => {
    await visit({ report: 'hostile' });
    await expect.poll(() => page.locator('h1').textContent()).toBe(hostile);
    await expect.poll(() => page.locator('.commands code').last().textContent()).toBe(hostile);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('tells all numbers without scripts', async () => {
    await visit({ report: 'plain', scripts: false });
    await expect.poll(() => page.locator('.charts').isVisible()).toBe(false);
    await page.getByText('The numbers, epoch by epoch').click();
    const table = page.getByRole('region', { name: 'Metrics by epoch' });
    await expect.poll(() => table.isVisible()).toBe(true);
    await expect.poll(() => table.getByRole('row').count()).toBe(13);
    await page.context().close();
  });

  it('prints light, from the dark too', async () => {
    await visit({ report: 'plain', scheme: 'dark' });
    await page.evaluate(`addEventListener('beforeprint', () => {
      window.printed = document.querySelector('[data-chart="loss"] canvas').toDataURL();
    })`);
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    await expect
      .poll(() => page.evaluate('getComputedStyle(document.body).backgroundColor'))
      .toBe('rgb(255, 255, 255)');
    await page.emulateMedia({ media: 'screen', colorScheme: 'dark' });
    const dark = await page.evaluate(`document.querySelector('[data-chart="loss"] canvas').toDataURL()`);
    const pdf = await page.pdf({ format: 'A4' });
    expect(pdf.length).toBeGreaterThan(50_000);
    await expect.poll(() => page.evaluate('window.printed')).not.toBe(dark);
    await page.context().close();
  });
});
