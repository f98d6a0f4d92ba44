/** The comparison's page as people meet it: clean on a phone and a wide desk, light and dark, printed, without scripts. */
import { existsSync } from 'node:fs';
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
    expect(await open.page.evaluate('document.documentElement.scrollWidth - window.innerWidth')).toBe(0);
    expect(await axeFindings(open.page)).toEqual([]);
    await expectClean(open);
  });

  it('shows hostile text as text', async () => {
    const open = await pages.visit('hostile');
    expect(await open.page.locator('h1').textContent()).toBe(hostile);
    await showAll(open.page);
    expect(await open.page.locator('img').count()).toBe(0);
    // A value of a setting, in the list of columns, among filters, in the configuration, as a class of runs.
    await open.page.getByRole('searchbox', { name: 'Filter' }).fill('onerror');
    await expect.poll(() => open.page.locator('.count').textContent()).toMatch(/^\d+ of 40 runs$/);
    expect(
      await open.page.locator('.runs td.category').filter({ hasText: 'onerror' }).count(),
    ).toBeGreaterThan(0);
    await open.page.locator('.runs tbody tr').first().hover();
    await expectClean(open);
  });

  it('tells the best runs without scripts', async () => {
    const open = await pages.visit('sweep', { scripts: false });
    const table = open.page.getByRole('region', { name: 'The best runs' });
    expect(await table.getByRole('row').count()).toBe(21);
    expect(await open.page.locator('.selection').isVisible()).toBe(false);
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
    const pdf = await open.page.pdf({ format: 'A4' });
    expect(pdf.length).toBeGreaterThan(100_000);
    expect(await open.page.evaluate('window.theme')).toBe('light');
    // Not met by scrolling yet, and drawn all the same.
    expect(await open.page.evaluate('window.printed[0]')).toBeGreaterThan(200);
    await expectClean(open);
  });
});
