/** The table of runs: sorting, filtering, columns, pins, keys, and only the rows in sight. */
import { existsSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath } from '../../../scripts/chromium.mjs';
import { comparedTrial } from './compared-run-fixture.js';
import { makeComparison } from './comparison-fixture.js';
import { ComparisonPages, expectClean, show } from './support.js';

const comparison = makeComparison({ runs: 400, parameters: 20, epochs: 5 });

describe.skipIf(!existsSync(chromiumPath))('the table of a comparison', () => {
  const pages = new ComparisonPages();
  beforeAll(async () => {
    pages.make('sweep', comparison);
    const two = [
      ['a', 64, 0.01, 0.5],
      ['b', 128, 0.001, 0.25],
      ['c', 64, 0.01, 0.25],
    ] as const;
    pages.make('two', {
      ...comparison,
      objective: { metric: 'accuracy', goal: 'maximize' },
      sweep: undefined,
      images: undefined,
      runs: two.map(([name, batchSize, learningRate, dropout], i) =>
        comparedTrial(i, { name, batchSize, learningRate, dropout }, 0.9 - i / 10),
      ),
    });
    await pages.start();
  });
  afterAll(() => pages.stop());

  const names = (page: Page) => page.locator('.runs tbody .run-name').allTextContents();
  const cells = async (page: Page, column: string): Promise<string[]> => {
    const columns = await page.evaluate<string[]>(
      `[...document.querySelectorAll('.runs thead th')].map((head) => head.dataset.column)`,
    );
    return page
      .locator(`.runs tbody tr[data-run] > :nth-child(${columns.indexOf(column) + 1})`)
      .allTextContents();
  };
  const numbers = async (page: Page, column: string) =>
    (await cells(page, column)).map((text) => Number(text.replaceAll(',', '')));
  const trialName = (place: number) => `trial ${comparison.runs[place]!.trial!.number}`;
  const count = (page: Page) => page.locator('.count').textContent();
  const focusedName = (page: Page) =>
    page.evaluate<string>(`document.activeElement.querySelector('.run-name')?.textContent ?? ''`);

  /** How many pixels of the row with the focus lie under the headings or below the box. */
  const hiddenPart = (page: Page) =>
    page.evaluate<number>(`(() => {
      const [row, head, box] = [document.activeElement, document.querySelector('.runs thead'), document.querySelector('.runs-box')]
        .map((one) => one.getBoundingClientRect());
      return Math.max(0, head.bottom - row.top, row.bottom - (box.top + document.querySelector('.runs-box').clientHeight));
    })()`);

  it('begins with the best and holds only the rows in sight', async () => {
    const open = await pages.visit('sweep');
    await expect.poll(async () => (await names(open.page))[0]).toBe(trialName(0));
    await expect.poll(async () => (await names(open.page)).length).toBeLessThan(40);
    const grid = open.page.getByRole('grid', { name: 'Runs' });
    await expect.poll(() => grid.getAttribute('aria-rowcount')).toBe('401');
    await open.page.evaluate(`document.querySelector('.runs-box').scrollTo(0, 1e6)`);
    await expect.poll(async () => (await names(open.page)).at(-1)).toBe(trialName(399));
    await expectClean(open);
  });

  it('sorts by any column, by click and by key, runs without a value last', async () => {
    const open = await pages.visit('sweep');
    const heading = open.page.locator('.runs thead [data-column="metric:parameters"]');
    await heading.getByRole('button').click();
    const sorted = async () => {
      const values = await numbers(open.page, 'metric:parameters');
      return { values, rising: [...values].sort((a, b) => a - b) };
    };
    await expect.poll(() => heading.getAttribute('aria-sort')).toBe('ascending');
    const up = await sorted();
    expect(up.values).toEqual(up.rising);
    await open.page.keyboard.press('Enter');
    await expect.poll(() => heading.getAttribute('aria-sort')).toBe('descending');
    const down = await sorted();
    expect(down.values).toEqual([...down.rising].reverse());
    // The first click on accuracy brings the best to the top; failed runs have none.
    const accuracy = open.page.locator('.runs thead [data-column="metric:accuracy"]');
    await accuracy.getByRole('button').click();
    await expect.poll(() => accuracy.getAttribute('aria-sort')).toBe('descending');
    await expect.poll(async () => (await cells(open.page, 'metric:accuracy'))[0]).toMatch(/^9\d\.\d\d/);
    await open.page.evaluate(`document.querySelector('.runs-box').scrollTo(0, 1e6)`);
    await expect.poll(async () => (await cells(open.page, 'metric:accuracy')).at(-1)).toBe('–');
    await expectClean(open);
  });

  it('filters by words and comparisons, and says which column it does not know', async () => {
    const open = await pages.visit('sweep');
    const box = open.page.getByRole('searchbox', { name: 'Filter' });
    await box.fill('accuracy > 98% network = residual batchSize <= 64');
    const wanted = comparison.runs.filter(
      ({ metrics, settings }) =>
        (metrics['accuracy'] ?? 0) > 0.98 &&
        settings['build.network'] === 'residual' &&
        (settings['train.batchSize'] as number) <= 64,
    ).length;
    expect(wanted).toBeGreaterThan(0);
    await expect.poll(() => count(open.page)).toBe(`${wanted} of 400 runs`);
    await box.fill('-adam sgd');
    const others = comparison.runs.filter(
      ({ settings }) => settings['train.optimizer.kind'] === 'sgd',
    ).length;
    await expect.poll(() => count(open.page)).toBe(`${others} of 400 runs`);
    await box.fill('colour = red');
    await expect
      .poll(() => count(open.page))
      .toBe('400 runs · no column is called “colour”'.replace('400 runs', '400 of 400 runs'));
    await open.page.getByRole('button', { name: 'Show all' }).click();
    await expect.poll(() => count(open.page)).toBe('400 runs');
    await expect.poll(() => box.inputValue()).toBe('');
    await box.fill('nothing-is-called-so');
    await expect.poll(() => open.page.locator('.nothing').textContent()).toBe('No run is like that.');
    await expectClean(open);
  });

  it('takes settings that have two numbers for numbers: filtered, sorted and on their axes', async () => {
    const open = await pages.visit('two');
    const box = open.page.getByRole('searchbox', { name: 'Filter' });
    for (const [filter, wanted] of [
      ['batchSize <= 64', '2 of 3 runs'],
      ['batchSize > 64', '1 of 3 runs'],
      ['learningRate = 1e-3', '1 of 3 runs'],
      ['learningRate 1e-4..5e-3', '1 of 3 runs'],
      ['dropout != 0.50', '2 of 3 runs'],
    ] as const) {
      await box.fill(filter);
      await expect.poll(() => count(open.page), { message: filter }).toBe(wanted);
    }
    await box.fill('');
    for (const [column, rising] of [
      ['batchSize', ['64', '64', '128']],
      ['learningRate', ['0.001', '0.01', '0.01']],
      ['dropout', ['0.25', '0.25', '0.5']],
    ] as const) {
      const heading = open.page.locator(`.runs thead [data-column="${column}"]`);
      await heading.getByRole('button').click();
      await expect.poll(() => heading.getAttribute('aria-sort'), { message: column }).toBe('ascending');
      expect(await cells(open.page, column)).toEqual(rising);
    }
    await show(open.page, '#parallel');
    for (const [column, upwards] of [
      ['learningRate', ['0.001', '0.01']],
      ['dropout', ['0.25', '0.5']],
    ] as const) {
      const ticks = await open.page.evaluate<[number, string][]>(
        `[...document.querySelectorAll('.axis[data-axis="${column}"] .axis-tick')].map((tick) => [tick.getBoundingClientRect().top, tick.textContent])`,
      );
      expect(ticks.sort(([a], [b]) => b - a).map(([, label]) => label)).toEqual(upwards);
    }
    await expectClean(open);
  });

  it('offers what differs, and on demand what does not', async () => {
    const open = await pages.visit('sweep');
    await open.page.locator('[data-view="table"] summary', { hasText: 'Columns' }).click();
    const panel = open.page.locator('[data-view="table"] .chooser-panel');
    await expect.poll(() => panel.getByLabel('train.epochs', { exact: true }).count()).toBe(0);
    await panel.getByRole('button', { name: 'Only what differs' }).click();
    await panel.getByLabel('train.epochs', { exact: true }).check();
    await expect.poll(() => cells(open.page, 'train.epochs').then(([first]) => first)).toBe('5');
    await panel.getByLabel('train.epochs', { exact: true }).uncheck();
    await expect.poll(() => open.page.locator('.runs thead [data-column="train.epochs"]').count()).toBe(0);
    await open.page.keyboard.press('Escape');
    await expect.poll(() => panel.isVisible()).toBe(false);
    await expectClean(open);
  });

  it('keeps pinned runs at the top, filtered or scrolled', async () => {
    const open = await pages.visit('sweep');
    const wanted = trialName(5);
    await open.page.getByRole('button', { name: `Pin ${wanted}`, exact: true, includeHidden: true }).click();
    await expect.poll(async () => (await names(open.page))[0]).toBe(wanted);
    await open.page.getByRole('searchbox', { name: 'Filter' }).fill('nothing-is-called-so');
    await expect.poll(() => names(open.page)).toEqual([wanted]);
    await open.page.getByRole('button', { name: 'Show all' }).click();
    await open.page.evaluate(`document.querySelector('.runs-box').scrollTo(0, 5000)`);
    await expect.poll(async () => (await names(open.page)).length).toBeGreaterThan(10);
    await expect.poll(async () => (await names(open.page))[0]).toBe(wanted);
    const [head, row] = [open.page.locator('.runs thead'), open.page.locator('.runs .pinned td').first()];
    const [above, below] = [(await head.boundingBox())!, (await row.boundingBox())!];
    expect(Math.abs(above.y + above.height - below.y)).toBeLessThan(2);
    await expectClean(open);
  });

  it('is worked by keys alone: move, pin, hide, choose the pair', async () => {
    const open = await pages.visit('sweep');
    await open.page.locator('.runs tbody tr[data-run]').first().focus();
    const focused = () => focusedName(open.page);
    await open.page.keyboard.press('ArrowDown');
    await open.page.keyboard.press('ArrowDown');
    await expect.poll(() => focused()).toBe(trialName(2));
    await open.page.keyboard.press('b');
    await expect
      .poll(() =>
        open.page
          .locator('.runs tr', { hasText: trialName(2) })
          .locator('.mark')
          .textContent(),
      )
      .toBe('B');
    await expect.poll(() => focused()).toBe(trialName(2));
    await open.page.keyboard.press('h');
    await expect.poll(() => names(open.page)).not.toContain(trialName(2));
    await expect.poll(() => focused()).toBe(trialName(3));
    await open.page.keyboard.press('p');
    await expect.poll(async () => (await names(open.page))[0]).toBe(trialName(3));
    await open.page.keyboard.press('End');
    await expect.poll(focused).toBe(trialName(399));
    await open.page.keyboard.press('Home');
    await expect.poll(focused).toBe(trialName(3));
    await open.page.getByRole('button', { name: 'Remove the filter 1 hidden' }).click();
    await expect.poll(() => count(open.page)).toBe('400 runs');
    await expectClean(open);
  });

  it('shows the row that keys lead to whole, and Tab leads back to it', async () => {
    const open = await pages.visit('sweep');
    await open.page.locator('.runs tbody tr[data-run]').first().focus();
    const hidden = () => hiddenPart(open.page);
    const focused = () => focusedName(open.page);
    for (const [key, times] of [
      ['ArrowDown', 25],
      ['ArrowUp', 24],
      ['PageDown', 3],
    ] as const) {
      for (let i = 0; i < times; i++) await open.page.keyboard.press(key);
      await expect.poll(hidden, { message: key }).toBeLessThan(2);
    }
    const reached = await focused();
    expect(reached).not.toBe(trialName(0));
    await expect.poll(() => open.page.locator('.runs tr[tabindex="0"]').count()).toBe(1);
    await open.page.keyboard.press('Shift+Tab');
    await expect.poll(focused).toBe('');
    await open.page.keyboard.press('Tab');
    await expect.poll(focused).toBe(reached);
    await expectClean(open);
  });

  it('takes keys faster than pictures are drawn', async () => {
    const open = await pages.visit('sweep');
    await open.page.locator('.runs tbody tr[data-run]').first().focus();
    const reached = await open.page.evaluate<[string[], number]>(`(() => {
      const press = (key) =>
        document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
      const names = ['PageDown', 'PageDown', 'PageDown', 'End', 'PageUp'].map((key) => {
        press(key);
        return document.activeElement.querySelector('.run-name').textContent;
      });
      return [names, Math.floor(document.querySelector('.runs-box').clientHeight / document.activeElement.offsetHeight) - 2];
    })()`);
    const page = reached[1];
    expect(page).toBeGreaterThan(5);
    expect(reached[0]).toEqual([page, 2 * page, 3 * page, 399, 399 - page].map(trialName));
    await expectClean(open);
  });

  it('keeps the focus where the box is scrolled away from it, and Tab leads back from anywhere', async () => {
    const open = await pages.visit('sweep');
    const focused = () => focusedName(open.page);
    const scrollTo = (top: number) =>
      open.page.evaluate(`document.querySelector('.runs-box').scrollTo(0, ${top})`);
    await open.page.locator('.runs tbody tr[data-run]').first().focus();
    for (let i = 0; i < 3; i++) await open.page.keyboard.press('ArrowDown');
    await scrollTo(5000);
    await expect.poll(async () => (await names(open.page)).length).toBeLessThan(40);
    await expect.poll(() => names(open.page)).not.toContain(trialName(4));
    expect(await focused()).toBe(trialName(3));
    await open.page.keyboard.press('Shift+Tab');
    await expect.poll(focused).toBe('');
    await scrollTo(6000);
    await open.page.keyboard.press('Tab');
    await expect.poll(focused).toBe(trialName(3));
    await expect.poll(() => hiddenPart(open.page)).toBeLessThan(2);
    await scrollTo(6000);
    await expect.poll(() => names(open.page)).not.toContain(trialName(4));
    await open.page.keyboard.press('ArrowDown');
    await expect.poll(focused).toBe(trialName(4));
    await expect.poll(() => hiddenPart(open.page)).toBeLessThan(2);
    await expectClean(open);
  });

  it('has the pinned rows and the one that Tab leads to wherever they come to lie', async () => {
    const open = await pages.visit('sweep');
    const { page } = open;
    const focused = () => focusedName(page);
    // To the other end by sorting, without a scroll.
    await page.locator('.runs tbody tr[data-run]').first().focus();
    const heading = page.locator('.runs thead [data-column="metric:accuracy"]');
    await heading.getByRole('button').click();
    await heading.getByRole('button').click();
    await expect.poll(() => heading.getAttribute('aria-sort')).toBe('ascending');
    await expect.poll(() => names(page).then((all) => all.slice(0, 12))).not.toContain(trialName(0));
    await expect
      .poll(() => page.locator('.runs tr[tabindex="0"] .run-name').allTextContents())
      .toEqual([trialName(0)]);
    await page.locator('.runs thead [data-column]').last().getByRole('button').focus();
    await page.keyboard.press('Tab');
    await expect.poll(focused).toBe(trialName(0));
    await expect.poll(() => hiddenPart(page)).toBeLessThan(2);
    // Two pinned by the mouse while the box stands in its middle.
    await page.evaluate(`document.querySelector('.runs-box').scrollTo(0, 5000)`);
    const inTheMiddle = () =>
      page.evaluate<number>(`(() => {
        const box = document.querySelector('.runs-box').getBoundingClientRect();
        window.middle = [...document.querySelectorAll('.runs tbody tr[data-run]')].filter((row) => {
          const { top, bottom } = row.getBoundingClientRect();
          return top > box.top + 150 && bottom < box.bottom;
        });
        return window.middle.length;
      })()`);
    await expect.poll(inTheMiddle).toBeGreaterThan(3);
    for (const place of [0, 2]) {
      await page.evaluate(`window.middle[${place}].querySelector('.pin').click()`);
      await expect.poll(() => page.locator('.runs tr.pinned').count()).toBe(place === 0 ? 1 : 2);
    }
    await expectClean(open);
  });

  it('links to the report of each run', async () => {
    const open = await pages.visit('sweep');
    await expect
      .poll(() => open.page.locator('.runs .run-name').first().getAttribute('href'))
      .toBe(comparison.runs[0]!.report);
    await expectClean(open);
  });
});
