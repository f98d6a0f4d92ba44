/** What the page tells of two chosen runs: confusion, images, configurations; networks; commands. */
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath } from '../../../scripts/chromium.mjs';
import { makeComparison } from './comparison-fixture.js';
import { ComparisonPages, expectClean } from './support.js';

const comparison = makeComparison({ runs: 40, parameters: 8, epochs: 6, testImages: 1000 });
const [first, second, third] = comparison.runs;

describe.skipIf(!existsSync(chromiumPath))('two runs of a comparison', () => {
  const pages = new ComparisonPages();
  beforeAll(async () => {
    pages.make('sweep', comparison);
    await pages.start();
  });
  afterAll(() => pages.stop());

  it('are shown with their confusion and its difference', async () => {
    const { page, ...open } = await pages.visit('sweep');
    await page.locator('#mistakes').scrollIntoViewIfNeeded();
    const cell = (matrix: number, row: number, column: number) =>
      page
        .locator('.matrix')
        .nth(matrix)
        .locator(`tbody tr:nth-child(${row + 1}) td`)
        .nth(column)
        .textContent();
    const [a, b, c] = [first, second, third].map((run) => run!.details!.evaluation!.confusion);
    await expect.poll(() => cell(0, 3, 3)).toBe(String(a![33]));
    expect(await cell(1, 3, 3)).toBe(String(b![33]));
    await page
      .locator('#mistakes')
      .getByRole('combobox', { name: 'B', exact: true })
      .selectOption({ index: 2 });
    await expect.poll(() => cell(1, 3, 3)).toBe(String(c![33]));
    const difference = c![35]! - a![35]!;
    const shown =
      difference === 0 ? '' : difference > 0 ? `+${difference}` : String(difference).replace('-', '−');
    expect(await cell(2, 3, 5)).toBe(shown);
    expect(await page.locator('.heat tbody tr').count()).toBe(12);
    await expectClean({ page, ...open });
  });

  it('are shown with the images that tell them apart', async () => {
    const { page, ...open } = await pages.visit('sweep');
    await page.locator('[data-view="images"]').scrollIntoViewIfNeeded();
    const [a, b] = [first!, second!].map((run) => run.details!.evaluation!.predicted);
    const { labels } = comparison.images!;
    const apart = labels.filter((label, i) => a![i] === label && b![i] !== label).length;
    const grid = page.locator('.image-grid').first();
    await expect.poll(() => grid.locator('h3').textContent()).toBe('A right, B wrong');
    expect(await grid.locator('.hint').textContent()).toContain(`${apart} image`);
    const words = await grid.locator('canvas').first().getAttribute('aria-label');
    const [, index, label, said] = /^test image (\d+): (\d), taken for (\d)$/.exec(words!)!;
    expect([labels[Number(index)], a![Number(index)], b![Number(index)]].map(String)).toEqual([
      label,
      label,
      said,
    ]);
    // The pixels are those of that image.
    const pixels = await page.evaluate<number[]>(`(() => {
      const canvas = document.querySelector('.image-grid canvas');
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      return Array.from({ length: canvas.width * canvas.height }, (_, i) => data[4 * i]);
    })()`);
    expect(pixels).toEqual([
      ...comparison.images!.images.find((image) => image.index === Number(index))!.pixels,
    ]);
    await expectClean({ page, ...open });
  });

  it('are compared as YAML', async () => {
    const { page, ...open } = await pages.visit('sweep');
    await page.locator('#configuration').scrollIntoViewIfNeeded();
    const rate = (run: typeof first) => String(run!.settings['train.optimizer.learningRate']);
    const section = page.locator('#configuration');
    await expect
      .poll(() => section.locator('del', { hasText: 'learningRate' }).textContent())
      .toContain(rate(first));
    expect(await section.locator('ins', { hasText: 'learningRate' }).textContent()).toContain(rate(second));
    await section.getByRole('combobox', { name: 'A', exact: true }).selectOption({ index: 2 });
    await expect
      .poll(() => section.locator('del', { hasText: 'learningRate' }).textContent())
      .toContain(rate(third));
    const some = await section.locator('.line').count();
    await section.getByRole('button', { name: 'Whole configuration' }).click();
    await expect.poll(() => section.locator('.line').count()).toBeGreaterThan(some);
    expect(await section.locator('code').textContent()).toContain('classes: ["0", "1", "2"]');
    await expectClean({ page, ...open });
  });

  it('are shown with their networks, those that are ticked', async () => {
    const { page, ...open } = await pages.visit('sweep');
    await page.locator('#networks').scrollIntoViewIfNeeded();
    await expect.poll(() => page.locator('.architecture').count()).toBe(4);
    const layers = first!.details!.model!.layers;
    expect(await page.locator('.architecture').first().locator('.layer-box').count()).toBe(layers.length);
    await page.locator('#networks input').last().check();
    await expect.poll(() => page.locator('.architecture').count()).toBe(5);
    await expectClean({ page, ...open });
  });

  it('are made again by commands that can be copied', async () => {
    const { page, ...open } = await pages.visit('sweep');
    await page.evaluate(
      `navigator.clipboard.writeText = (text) => { window.copied = text; return Promise.resolve(); }`,
    );
    await page.locator('#reproduction').scrollIntoViewIfNeeded();
    await page.locator('#reproduction').getByRole('button', { name: 'Copy' }).first().click();
    await expect.poll(() => page.evaluate('window.copied')).toBe(first!.command);
    await page.locator('#reproduction').getByRole('combobox', { name: 'Run' }).selectOption({ index: 7 });
    await page.locator('[data-view="reproduction"]').getByRole('button', { name: 'Copy' }).click();
    await expect.poll(() => page.evaluate('window.copied')).toBe(comparison.runs[7]!.command);
    await expectClean({ page, ...open });
  });
});
