/** The comparison's page as people meet it: clean on a phone and a wide desk, light and dark, printed, without scripts. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath } from '../../../scripts/chromium.mjs';
import { makeComparison } from './comparison-fixture.js';
import { axeFindings, ComparisonPages, expectClean, pictureOf, showAll } from './support.js';

const hostile = `</script><img src=x onerror=alert(1)><script>alert(1)</script>"'&{{x}}`;

describe.skipIf(!existsSync(chromiumPath))('a comparison in a browser', () => {
  const pages = new ComparisonPages();
  beforeAll(async () => {
    const sweep = makeComparison({ runs: 60, parameters: 12, epochs: 20 });
    pages.make('sweep', sweep);
    pages.make('runs', makeComparison({ runs: 3, parameters: 4, epochs: 5, withoutSweep: true }));
    pages.make('one', makeComparison({ runs: 1, parameters: 4, epochs: 1, withoutSweep: true }));
    pages.make('hostile', makeComparison({ runs: 40, parameters: 8, epochs: 10, hostile }));
    pages.make('empty', { ...sweep, runs: [], sweep: undefined, images: undefined });
    pages.make('failed', {
      ...sweep,
      runs: sweep.runs
        .slice(0, 3)
        .map((run) => ({ ...run, status: 'failed', metrics: {}, curves: [], details: undefined })),
    });
    await pages.start();
  });
  afterAll(() => pages.stop());

  const visits = [
    ...[390, 1440, 2560].flatMap((width) =>
      (['light', 'dark'] as const).map((scheme) => ({ name: 'sweep', width, scheme })),
    ),
    ...['runs', 'one', 'hostile', 'empty', 'failed'].flatMap((name) => [
      { name, width: 390, scheme: 'dark' as const },
      { name, width: 1440, scheme: 'light' as const },
    ]),
  ];
  it.each(visits)('is clean: $name, $width px, $scheme', async ({ name, width, scheme }) => {
    const open = await pages.visit(name, { width, scheme });
    await showAll(open.page);
    await expect
      .poll(() => open.page.evaluate('document.documentElement.scrollWidth - window.innerWidth'))
      .toBe(0);
    expect(await axeFindings(open.page)).toEqual([]);
    await expectClean(open);
  });

  it('shows hostile text as text', async () => {
    const open = await pages.visit('hostile');
    await expect.poll(() => open.page.locator('h1').textContent()).toBe(hostile);
    await showAll(open.page);
    await expect.poll(() => open.page.locator('img').count()).toBe(0);
    // A value of a setting, in the list of columns, among filters, in the configuration, as a class of runs.
    await open.page.getByRole('searchbox', { name: 'Filter' }).fill('onerror');
    await expect.poll(() => open.page.locator('.count').textContent()).toMatch(/^\d+ of 40 runs$/);
    await expect
      .poll(() => open.page.locator('.runs td.category').filter({ hasText: 'onerror' }).count())
      .toBeGreaterThan(0);
    await open.page.locator('.runs tbody tr').first().hover();
    await expectClean(open);
  });

  it('is clean with everything open, filtered, pinned and hidden', async () => {
    for (const scheme of ['light', 'dark'] as const) {
      const open = await pages.visit('sweep', { scheme });
      const { page } = open;
      await page.getByRole('searchbox', { name: 'Filter' }).fill('accuracy > 0.9');
      await page.locator('.runs tbody tr[data-run]').nth(2).focus();
      await page.keyboard.press('p');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('h');
      await page
        .getByRole('slider', { name: 'Brush on metric' })
        .or(page.locator('.axis-track'))
        .first()
        .focus();
      await page.keyboard.press('ArrowUp');
      await expect.poll(() => page.getByRole('status').first().textContent()).toMatch(/^\d+ of 60 runs$/);
      await showAll(page);
      await page.evaluate(`for (const one of document.querySelectorAll('details')) one.open = true`);
      await expect.poll(() => page.locator('.alternative table').count()).toBeGreaterThan(5);
      expect(await axeFindings(page)).toEqual([]);
      await expectClean(open);
    }
  });

  it('is gone through by keys alone, and shows where the keyboard is', async () => {
    const open = await pages.visit('sweep');
    const { page } = open;
    await page.keyboard.press('Tab');
    await expect
      .poll(() => page.evaluate('document.activeElement.textContent'))
      .toBe('Skip to the comparison');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.evaluate('document.activeElement.id')).toBe('main');
    const sections = new Set<string>();
    for (let stops = 0; stops < 400; stops++) {
      await page.keyboard.press('Tab');
      const stop = await page.evaluate<{ section: string; seen: boolean; html: string }>(`(() => {
        const one = document.activeElement;
        const { outlineStyle, outlineWidth } = getComputedStyle(one);
        const row = one.matches('tr') && getComputedStyle(one.cells[0]).boxShadow !== 'none';
        return {
          section: one.closest('section')?.id ?? one.tagName,
          seen: row || (outlineStyle !== 'none' && parseFloat(outlineWidth) > 0),
          html: one.outerHTML.slice(0, 120),
        };
      })()`);
      if (stop.section === 'BODY') break;
      expect(stop.seen, stop.html).toBe(true);
      sections.add(stop.section);
    }
    // Out at the end again, by way of every section with something to do.
    expect([...sections].filter((id) => id !== 'INPUT' && id !== 'SELECT')).toEqual(
      'verdict runs curves parallel importance pareto networks mistakes configuration history reproduction'.split(
        ' ',
      ),
    );
    await expectClean(open);
  }, 60_000);

  it('leads to its sections by its contents', async () => {
    const open = await pages.visit('sweep');
    const { page } = open;
    for (const name of ['Configurations', 'What mattered', 'History']) {
      await page.getByRole('navigation', { name: 'Contents' }).getByRole('link', { name }).click();
      const heading = page.getByRole('heading', { name, exact: true });
      const top = async () => (await heading.boundingBox())!.y;
      await expect.poll(top).toBeGreaterThan(40);
      await expect.poll(() => top()).toBeLessThan(120);
      // What is drawn on the way moves nothing away.
      await page.waitForTimeout(400);
      await expect.poll(() => top()).toBeLessThan(120);
    }
    await expectClean(open);
  });

  it('compares nothing where there is one run', async () => {
    const open = await pages.visit('one');
    const { page } = open;
    await showAll(page);
    await expect.poll(() => page.locator('.count').textContent()).toBe('1 run');
    await expect.poll(() => page.locator('.matrix').count()).toBe(1);
    await expect.poll(() => page.locator('.image-grid h3').allTextContents()).toEqual(['Wrong']);
    await expect.poll(() => page.locator('.runs .mark').count()).toBe(0);
    await expect.poll(() => page.getByRole('combobox', { name: 'Colour' }).count()).toBe(0);
    await expect.poll(() => page.locator('[data-view="reproduction"]').count()).toBe(0);
    await expect
      .poll(() => page.locator('#runs .sentence').textContent())
      .toBe('One run, which has a result.');
    await expectClean(open);
  });

  it('draws no importance where nothing came to a result, and calls none the best', async () => {
    const open = await pages.visit('failed');
    await expect.poll(() => open.page.locator('#importance, #pareto, #history').count()).toBe(0);
    await expect
      .poll(() => open.page.locator('#stopped .sentence').textContent())
      .toBe('Of 3 runs 3 failed.');
    await expect.poll(() => open.page.locator('#command-0').textContent()).toMatch(/^Trial \d+$/);
    await expectClean(open);
  });

  it('shows the section that the docs make for Monday', async () => {
    const text = readFileSync(new URL('../../../docs/comparison.md', import.meta.url), 'utf8');
    const [, partial] = /```hbs\n([^]*?)```/.exec(text)!;
    const [, styles] = /```css\n([^]*?)```/.exec(text)!;
    const folder = join(pages.folder, 'my-comparison');
    mkdirSync(join(folder, 'partials'), { recursive: true });
    writeFileSync(join(folder, 'partials/verdict.hbs'), partial!);
    writeFileSync(join(folder, 'styles.css'), styles!);
    const comparison = makeComparison({ runs: 30, parameters: 6, epochs: 5 });
    pages.make('monday', comparison, folder);
    const open = await pages.visit('monday');
    const section = open.page.getByRole('region', { name: 'For Monday' });
    const best = `trial ${comparison.runs[0]!.trial!.number}`;
    await expect
      .poll(() => section.locator('p').last().textContent())
      .toMatch(new RegExp(`^${best} leads with 9\\d\\.\\d\\d`));
    await expect.poll(() => section.locator('.monday li').count()).toBe(20);
    await expect
      .poll(() => open.page.evaluate(`getComputedStyle(document.querySelector('.monday')).columnWidth`))
      .toBe('320px');
    expect(await axeFindings(open.page)).toEqual([]);
    await expectClean(open);
  });

  it('tells the best runs without scripts', async () => {
    const open = await pages.visit('sweep', { scripts: false });
    const table = open.page.getByRole('region', { name: 'The best runs' });
    await expect.poll(() => table.getByRole('row').count()).toBe(21);
    await expect.poll(() => open.page.locator('.selection').isVisible()).toBe(false);
    await expectClean(open);
  });

  it('tells them, too, where its scripts are refused', async () => {
    const text = readFileSync(join(pages.folder, 'sweep.html'), 'utf8');
    const start = text.indexOf('<script>', text.indexOf('id="page-data"'));
    writeFileSync(
      join(pages.folder, 'refused.html'),
      text.replace(text.slice(start, start + 9), (found) => `${found} `),
    );
    const open = await pages.visit('refused', { hurries: true });
    const table = open.page.getByRole('region', { name: 'The best runs' });
    await expect.poll(() => table.getByRole('row').filter({ visible: true }).count()).toBe(21);
    expect(open.complaints.join('\n')).toMatch(/^error: Executing inline script violates[^\n]*$/);
    await open.page.context().close();
  });

  it('fills a table that a layout has below the place where it comes to life', async () => {
    const layout = readFileSync(new URL('../../../templates/comparison/layout.hbs', import.meta.url), 'utf8');
    const folder = join(pages.folder, 'moved');
    mkdirSync(folder, { recursive: true });
    const moved = layout
      .replace('{{> runs runs}}\n', '')
      .replace('{{> reproduction', '{{> runs runs}}\n{{> reproduction');
    writeFileSync(join(folder, 'layout.hbs'), moved);
    pages.make('moved', makeComparison({ runs: 30, parameters: 6, epochs: 5 }), folder);
    const open = await pages.visit('moved');
    await expect
      .poll(() => open.page.locator('#history ~ #runs .runs tbody tr[data-run]').count())
      .toBeGreaterThan(10);
    await expectClean(open);
  });

  it('draws anew when the theme changes', async () => {
    const open = await pages.visit('sweep');
    await open.page.locator('#curves').scrollIntoViewIfNeeded();
    await expect.poll(() => open.page.locator('#curves canvas').count()).toBeGreaterThan(1);
    const before = await pictureOf(open.page, '#curves');
    await open.page.emulateMedia({ colorScheme: 'dark' });
    await expect.poll(() => pictureOf(open.page, '#curves')).not.toBe(before);
    await expectClean(open);
  });

  it('prints every section on light paper, from the dark too', async () => {
    const open = await pages.visit('sweep', { scheme: 'dark' });
    await open.page.evaluate(`addEventListener('beforeprint', () => {
      window.printed = [...document.querySelectorAll('#pareto canvas')].map((canvas) => canvas.height);
      window.theme = document.documentElement.dataset.theme;
    })`);
    await open.page.evaluate(`addEventListener('beforeprint', () => {
      const page = document.querySelector('.page').getBoundingClientRect();
      window.wide = ['.curves-plot', '.parallel', '#pareto .layers', '[data-view="slices"] .layers', '[data-view="workers"] .layers']
        .map((selector) => document.querySelector(selector).getBoundingClientRect().width / page.width);
      window.paper = page.width;
      window.left = document.querySelector('#runs .print-only').textContent;
      window.rows = document.querySelectorAll('.runs tbody tr[data-run]').length;
    })`);
    const pdf = await open.page.pdf({ format: 'A4' });
    expect(pdf.length).toBeGreaterThan(100_000);
    // As wide as A4 between its margins, and every chart with it: nothing is cut off, nothing is a stamp.
    await expect.poll(() => open.page.evaluate('window.paper')).toBeCloseTo((182 / 25.4) * 96, -1);
    for (const share of await open.page.evaluate<number[]>('window.wide')) {
      expect(share).toBeGreaterThan(0.9);
      expect(share).toBeLessThanOrEqual(1);
    }
    await expect.poll(() => open.page.evaluate('window.rows')).toBe(40);
    await expect
      .poll(() => open.page.evaluate('window.left'))
      .toBe('20 more are in the file that this was printed from.');
    await expect
      .poll(() => open.page.evaluate(`document.documentElement.className.includes('on-paper')`))
      .toBe(false);
    await expect.poll(() => open.page.evaluate('window.theme')).toBe('light');
    // Not met by scrolling yet, and drawn all the same.
    await expect.poll(() => open.page.evaluate('window.printed[0]')).toBeGreaterThan(200);
    await expectClean(open);
  });

  it('prints every section for those who did not wait for it', async () => {
    const open = await pages.visit('sweep', { hurries: true });
    await open.page.evaluate(`addEventListener('beforeprint', () => {
      window.left = [...document.querySelectorAll('[data-view]:not([data-started])')].length;
      window.printed = document.querySelectorAll('#pareto canvas').length;
    })`);
    expect((await open.page.pdf({ format: 'A4' })).length).toBeGreaterThan(100_000);
    expect(await open.page.evaluate('[window.left, window.printed > 0]')).toEqual([0, true]);
    await expectClean(open);
  });
});
