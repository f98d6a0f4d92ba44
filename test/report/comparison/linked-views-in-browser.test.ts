/** That all views of a comparison speak of the same runs: pointing, pinning and hiding in one is seen in the others. */
import { existsSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath } from '../../../scripts/chromium.mjs';
import { comparedTrial, curveOf } from './compared-run-fixture.js';
import { makeComparison } from './comparison-fixture.js';
import { ComparisonPages, drawn, expectClean, pictureOf, show, showAll } from './support.js';

const comparison = makeComparison({ runs: 60, parameters: 8, epochs: 8 });
const charts = [
  '#curves',
  '#parallel',
  '[data-view="contour"]',
  '[data-view="slices"]',
  '#pareto',
  '#history',
];

describe.skipIf(!existsSync(chromiumPath))('the views of a comparison', () => {
  const pages = new ComparisonPages();
  beforeAll(async () => {
    pages.make('sweep', comparison);
    pages.make('few', {
      ...comparison,
      objective: { metric: 'validation.accuracy', goal: 'maximize' },
      sweep: undefined,
      images: undefined,
      runs: [
        comparedTrial(0, { a: 1, b: 2 }, null, {
          metrics: { 'validation.accuracy': 0.9 },
          curves: [curveOf('validation.accuracy', [0.9, 0.9, 0.9, 0.9, 0.9])],
        }),
        comparedTrial(1, { a: 2, b: 3 }, null, {
          metrics: { 'validation.accuracy': 0.8 },
          curves: [curveOf('validation.accuracy', [0.8, 0.8, 0.8, 0.8, 0.8])],
        }),
        comparedTrial(2, { a: 3 }, null, {
          status: 'pruned',
          reason: 'worse than half of the trials at epoch 3',
          curves: [curveOf('validation.accuracy', [0.5, 0.5, 0.5])],
        }),
        // Trained before times were recorded.
        comparedTrial(3, { a: 4 }, null, {
          curves: [{ ...curveOf('validation.accuracy', [0.6, 0.6, 0.6]), seconds: [null, null, null] }],
        }),
      ],
    });
    pages.make('wide', {
      ...comparison,
      objective: { metric: 'loss', goal: 'minimize' },
      sweep: undefined,
      images: undefined,
      runs: [
        comparedTrial(0, {}, null, {
          curves: [curveOf('loss', [2.302585, 0.314159, 0.00123456, 1.2345e-4])],
        }),
        comparedTrial(1, {}, null, { curves: [curveOf('loss', [2.3, 1.9, 45, 3e6])] }),
      ],
    });
    await pages.start();
  });
  afterAll(() => pages.stop());

  const tip = (page: Page) => page.locator('.run-tip');
  /** Moves over a chart until a run is named there. */
  const pointAt = async (page: Page, chart: string): Promise<string> => {
    await show(page, chart);
    const { x, y, width, height } = (await page.locator(`${chart} .layers`).first().boundingBox())!;
    for (let down = 0.15; down < 0.9; down += 0.05)
      for (let right = 0.12; right < 0.95; right += 0.04) {
        await page.mouse.move(x + width * right, y + height * down);
        if (!(await tip(page).isVisible())) continue;
        // It may be of the move before: a slow machine shows it a picture later.
        await drawn(page);
        if (await tip(page).isVisible()) return (await tip(page).locator('b').textContent())!;
      }
    throw new Error(`expected a run somewhere in ${chart}, got none`);
  };

  it('all show the run that the table points at', async () => {
    const { page, ...open } = await pages.visit('sweep');
    await showAll(page);
    await page.evaluate('scrollTo(0, 0)');
    const before = await Promise.all(charts.map((chart) => pictureOf(page, chart)));
    await page.locator('.runs tbody tr[data-run]').nth(1).hover();
    for (const [i, chart] of charts.entries())
      await expect.poll(() => pictureOf(page, chart), { message: chart }).not.toBe(before[i]);
    await expectClean({ page, ...open });
  });

  it.each(['#parallel', '[data-view="slices"]', '[data-view="contour"]', '#pareto', '[data-view="history"]'])(
    'pin the run that is clicked in %s',
    async (chart) => {
      const { page, ...open } = await pages.visit('sweep');
      const name = await pointAt(page, chart);
      expect(name).toMatch(/^trial \d+$/);
      await expect
        .poll(() => page.locator('.runs tr.hovered .run-name').allTextContents())
        .toEqual(expect.toSatisfy((names: string[]) => names.length === 0 || names[0] === name));
      await page.mouse.down();
      await page.mouse.up();
      await expect.poll(() => page.locator('.runs tr.pinned .run-name').allTextContents()).toEqual([name]);
      await page.mouse.down();
      await page.mouse.up();
      await expect.poll(() => page.locator('.runs tr.pinned').count()).toBe(0);
      await expectClean({ page, ...open });
    },
  );

  it('pin the run whose curve is clicked, not one at which a drag or a double click ends', async () => {
    const { page, ...open } = await pages.visit('few');
    await show(page, '#curves');
    const pinned = () => page.locator('.runs tr.pinned .run-name').allTextContents();
    const { x, y, width, height } = (await page.locator('#curves .u-over').boundingBox())!;
    const onCurve = async (name: string): Promise<[number, number]> => {
      for (let down = 0.02; down < 1; down += 0.02) {
        await page.mouse.move(x + width * 0.25, y + height * down);
        await drawn(page);
        if ((await tip(page).isVisible()) && (await tip(page).locator('b').textContent()) === name)
          return [x + width * 0.25, y + height * down];
      }
      throw new Error(`expected the curve of ${name}, got none`);
    };
    const [right, down] = await onCurve('trial 1');
    await page.mouse.click(right, down);
    await expect.poll(pinned).toEqual(['trial 1']);
    // A hand is not quite steady.
    await page.mouse.down();
    await page.mouse.move(right + 2, down + 1);
    await page.mouse.up();
    await expect.poll(pinned).toEqual([]);
    const away = async () => {
      await page.mouse.move(5, 5);
      await drawn(page);
    };
    await away();
    const before = await pictureOf(page, '#curves');
    const isZoomed = async () => (await pictureOf(page, '#curves')) !== before;
    await page.mouse.move(right, y + height * 0.1);
    await page.mouse.down();
    await page.mouse.move(right + 100, y + height * 0.5);
    await page.mouse.move(right + 200, down);
    await page.mouse.up();
    await away();
    await expect.poll(isZoomed).toBe(true);
    expect(await pinned()).toEqual([]);
    await page.mouse.dblclick(right, down);
    await away();
    await expect.poll(isZoomed).toBe(false);
    await page.mouse.dblclick(right, down);
    await away();
    await expect.poll(isZoomed).toBe(false);
    expect(await pinned()).toEqual([]);
    await expectClean({ page, ...open });
  });

  it('lose the run that is hidden in the table', async () => {
    const { page, ...open } = await pages.visit('sweep');
    await showAll(page);
    await page.evaluate('scrollTo(0, 0)');
    const before = new Map<string, string>();
    for (const chart of charts) before.set(chart, await pictureOf(page, chart));
    await page.locator('.runs tbody tr[data-run]').first().focus();
    await page.keyboard.press('h');
    await page.getByRole('searchbox', { name: 'Filter' }).focus();
    await expect.poll(() => page.getByRole('status').first().textContent()).toBe('59 of 60 runs');
    for (const chart of charts) {
      await show(page, chart);
      await expect.poll(() => pictureOf(page, chart), { message: chart }).not.toBe(before.get(chart));
    }
    await expectClean({ page, ...open });
  });

  it('tell why runs were stopped, and how many', async () => {
    const { page, ...open } = await pages.visit('sweep');
    const pruned = comparison.runs.filter(({ status }) => status === 'pruned');
    const epochs = pruned.map(({ reason }) => Number(/\d+$/.exec(reason!)![0]));
    const row = page.locator('.stopped tbody tr').filter({ hasText: 'pruned' });
    await expect.poll(() => row.locator('td').first().textContent()).toBe(String(pruned.length));
    await expect
      .poll(() => row.locator('td').nth(1).textContent())
      .toBe(`worse than half of the trials at epoch ${Math.min(...epochs)} to ${Math.max(...epochs)}`);
    await expectClean({ page, ...open });
  });

  it('end the curve of a pruned trial in a dot', async () => {
    const { page, ...open } = await pages.visit('few');
    await show(page, '#curves');
    // How thick the lowest curve is at an epoch, in pixels: the picture is read once.
    const [line, end] = await page.evaluate<[number, number]>(`(() => {
      const canvas = document.querySelector('#curves canvas');
      const over = document.querySelector('#curves .u-over');
      const { data, width } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      return [1.5, 3].map((epoch) => {
        const x = Math.round(over.offsetLeft + (over.clientWidth * (epoch - 1)) / 4);
        let most = 0;
        let now = 0;
        for (let y = over.offsetTop + Math.round(over.clientHeight * 0.6); y < over.offsetTop + over.clientHeight; y++) {
          now = data[4 * (y * width + x) + 3] > 100 ? now + 1 : 0;
          most = Math.max(most, now);
        }
        return most;
      });
    })()`);
    expect(end).toBeGreaterThanOrEqual(5);
    expect(line).toBeLessThan(4);
    await expectClean({ page, ...open });
  });

  it('tell the values of curves that span a wide range to the last digit that is shown', async () => {
    const { page, ...open } = await pages.visit('wide');
    await show(page, '#curves');
    await page.locator('#curves summary', { hasText: 'The curves as a table' }).click();
    const rows = page.locator('#curves .alternative tbody tr');
    await expect.poll(() => rows.count()).toBe(2);
    expect(await rows.nth(0).locator('td').allTextContents()).toEqual(['4', '2.303', '1.23e-4', '1.23e-4']);
    expect(await rows.nth(1).locator('td').allTextContents()).toEqual(['4', '2.300', '1.900', '3,000,000']);
    await expectClean({ page, ...open });
  });

  it('lead the lines of runs that lack a setting past its axis', async () => {
    const { page, ...open } = await pages.visit('few');
    await show(page, '#parallel');
    const none = await page.evaluate<string[]>(
      `[...document.querySelectorAll('.axis')].filter((one) => one.querySelector('.axis-none')).map((one) => one.dataset.axis)`,
    );
    expect(none.sort()).toEqual(['b', 'metric:validation.accuracy']);
    const tick = (await page.locator('.axis[data-axis="b"] .axis-none').boundingBox())!;
    const next = (await page
      .locator('.axis[data-axis="metric:validation.accuracy"] .axis-none')
      .boundingBox())!;
    await page.mouse.move((tick.x + next.x) / 2, tick.y + tick.height / 2);
    await expect.poll(() => tip(page).locator('b').textContent()).toBe('trial 2');
    await expectClean({ page, ...open });
  });
});
