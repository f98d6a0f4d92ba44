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
    // As if the third and the fourth had been judged on another data set.
    const others = comparison.runs.map((run, i) => {
      const evaluation = run.details?.evaluation;
      return evaluation === undefined || (i !== 2 && i !== 3)
        ? run
        : { ...run, details: { ...run.details!, evaluation: { ...evaluation, data: 'others' } } };
    });
    pages.make('others', { ...comparison, runs: others });
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
    await expect.poll(() => cell(1, 3, 3)).toBe(String(b![33]));
    await page
      .locator('#mistakes')
      .getByRole('combobox', { name: 'B', exact: true })
      .selectOption({ index: 2 });
    await expect.poll(() => cell(1, 3, 3)).toBe(String(c![33]));
    const difference = c![35]! - a![35]!;
    const shown =
      difference === 0 ? '' : difference > 0 ? `+${difference}` : String(difference).replace('-', '−');
    await expect.poll(() => cell(2, 3, 5)).toBe(shown);
    await expect.poll(() => page.locator('.heat tbody tr').count()).toBe(12);
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
    await expect.poll(() => grid.locator('.hint').textContent()).toContain(`${apart} image`);
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

  it('are shown with the images that B alone gets right, and those that no run does', async () => {
    const { page, ...open } = await pages.visit('sweep');
    await page.locator('[data-view="images"]').scrollIntoViewIfNeeded();
    const said = comparison.runs.flatMap((run) => run.details?.evaluation?.predicted ?? []).length;
    const { labels } = comparison.images!;
    const judged = comparison.runs.flatMap((run) =>
      run.details?.evaluation ? [run.details.evaluation] : [],
    );
    expect(said).toBe(judged.length * labels.length);
    const [a, b] = judged.map(({ predicted }) => predicted);
    const onlyB = labels.filter((label, i) => a![i] !== label && b![i] === label).length;
    const none = labels.filter((label, i) => judged.every(({ predicted }) => predicted[i] !== label)).length;
    const words = (place: number) => page.locator('.image-grid').nth(place).locator('.hint').textContent();
    const [nameA, nameB] = [first, second].map((run) => `trial ${run!.trial!.number}`);
    await expect
      .poll(() => words(1))
      .toMatch(new RegExp(`^(\\d+ of )?${onlyB} images? that ${nameB!} gets right and ${nameA!} wrong$`));
    await expect
      .poll(() => words(2))
      .toMatch(none === 0 ? /^There are none\.$/ : new RegExp(`^(\\d+ of )?${none} images?`));
    await expectClean({ page, ...open });
  });

  it('are not shown with the images of the two before them where they were judged on others', async () => {
    const { page, ...open } = await pages.visit('others');
    await page.locator('[data-view="images"]').scrollIntoViewIfNeeded();
    const headings = () => page.locator('.image-grid h3').allTextContents();
    const all = expect.stringMatching(/^All \d+ wrong$/) as string;
    await expect.poll(headings).toEqual(['A right, B wrong', 'B right, A wrong', all]);
    const sentence = page.locator('[data-view="images"] > .hint');
    expect(await sentence.textContent()).toBe('');
    const [, , c, d] = comparison.runs.map((run) => `trial ${run.trial!.number}`);
    const choose = (name: string, run: number) =>
      page.locator('#mistakes').getByRole('combobox', { name, exact: true }).selectOption(String(run));
    await choose('B', 2);
    await expect.poll(headings).toEqual([all]);
    expect(await sentence.textContent()).toBe(`This page holds no images that ${c!} was judged on.`);
    await choose('A', 3);
    await expect
      .poll(() => sentence.textContent())
      .toBe(`This page holds no images that ${d!} and ${c!} were judged on.`);
    expect(await headings()).toEqual([all]);
    await choose('A', 0);
    await choose('B', 1);
    await expect.poll(headings).toHaveLength(3);
    expect(await sentence.textContent()).toBe('');
    await expectClean({ page, ...open });
  });

  it('are among the runs whose F1 is told class by class', async () => {
    const { page, ...open } = await pages.visit('sweep');
    await page.locator('[data-view="class-heat"]').scrollIntoViewIfNeeded();
    const row = page.locator('.heat tbody tr').nth(1);
    await expect.poll(() => row.locator('td').count()).toBe(10);
    const wanted = second!.details!.evaluation!.perClass.map(({ f1 }) => f1.toFixed(3));
    await expect.poll(() => row.locator('td').allTextContents()).toEqual(wanted);
    await row.hover();
    await expect
      .poll(() => page.locator('.runs tr.hovered .run-name').textContent())
      .toBe(`trial ${second!.trial!.number}`);
    await expectClean({ page, ...open });
  });

  it('are compared as YAML', async () => {
    const { page, ...open } = await pages.visit('sweep');
    await page.locator('#configuration').scrollIntoViewIfNeeded();
    const rate = (run: typeof first) => JSON.stringify(run!.settings['train.optimizer.learningRate']);
    const section = page.locator('#configuration');
    await expect
      .poll(() => section.locator('del', { hasText: 'learningRate' }).textContent())
      .toContain(rate(first));
    await expect
      .poll(() => section.locator('ins', { hasText: 'learningRate' }).textContent())
      .toContain(rate(second));
    await section.getByRole('combobox', { name: 'A', exact: true }).selectOption({ index: 2 });
    await expect
      .poll(() => section.locator('del', { hasText: 'learningRate' }).textContent())
      .toContain(rate(third));
    const some = await section.locator('.line').count();
    await section.getByRole('button', { name: 'Whole configuration' }).click();
    await expect.poll(() => section.locator('.line').count()).toBeGreaterThan(some);
    await expect.poll(() => section.locator('code').textContent()).toContain('classes: ["0", "1", "2"]');
    await expectClean({ page, ...open });
  });

  it('are shown with their networks, those that are ticked', async () => {
    const { page, ...open } = await pages.visit('sweep');
    await page.locator('#networks').scrollIntoViewIfNeeded();
    await expect.poll(() => page.locator('.architecture').count()).toBe(4);
    const layers = first!.details!.model!.layers;
    await expect
      .poll(() => page.locator('.architecture').first().locator('.layer-box').count())
      .toBe(layers.length);
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
    const select = page.locator('#reproduction').getByRole('combobox', { name: 'Run' });
    await select.selectOption({ index: 5 });
    // With nobody left to choose and all back again it is still the command of who is named.
    const filter = page.getByRole('searchbox', { name: 'Filter' });
    await filter.fill('nothing-is-called-so');
    await expect.poll(() => select.locator('option').count()).toBe(0);
    await filter.fill('');
    await expect.poll(() => select.locator('option').count()).toBeGreaterThan(5);
    const command = page.locator('[data-view="reproduction"] code');
    expect(await command.textContent()).toBe(comparison.runs[Number(await select.inputValue())]!.command);
    await select.selectOption({ index: 7 });
    await page.locator('[data-view="reproduction"]').getByRole('button', { name: 'Copy' }).click();
    await expect.poll(() => page.evaluate('window.copied')).toBe(comparison.runs[7]!.command);
    await expectClean({ page, ...open });
  });
});
