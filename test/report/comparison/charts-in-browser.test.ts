/** The charts of a comparison: curves, parallel coordinates, scatter plots, and that they all speak of the same runs. */
import { existsSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath } from '../../../scripts/chromium.mjs';
import { makeComparison } from './comparison-fixture.js';
import { ComparisonPages, drag, drawn, expectClean, hold, pictureOf, show } from './support.js';

const comparison = makeComparison({ runs: 80, parameters: 10, epochs: 12 });

describe.skipIf(!existsSync(chromiumPath))('the charts of a comparison', () => {
  const pages = new ComparisonPages();
  beforeAll(async () => {
    pages.make('sweep', comparison);
    await pages.start();
  });
  afterAll(() => pages.stop());

  const count = (page: Page) => page.locator('.count').textContent();
  const axis = (page: Page, key: string) => page.locator(`.axis[data-axis="${key}"] .axis-track`);
  const keys = (page: Page) =>
    page.evaluate<string[]>(`[...document.querySelectorAll('.axis')].map((one) => one.dataset.axis)`);
  it('changes metric, what it is plotted against, smoothing and scale of the curves', async () => {
    const { page, ...open } = await pages.visit('sweep');
    await show(page, '#curves');
    const picture = () => pictureOf(page, '#curves');
    const pictures = new Set([await picture()]);
    const changed = async (change: () => Promise<unknown>) => {
      await change();
      await expect.poll(async () => pictures.has(await picture())).toBe(false);
      pictures.add(await picture());
    };
    const curves = page.locator('#curves');
    await changed(() =>
      curves.getByRole('combobox', { name: 'Metric' }).selectOption({ label: 'validation.loss' }),
    );
    await changed(() => curves.getByRole('combobox', { name: 'By' }).selectOption({ label: 'wall time' }));
    await changed(() => curves.getByRole('combobox', { name: 'By' }).selectOption({ label: 'step' }));
    await changed(() => curves.getByLabel('Smoothing').fill('0.8'));
    await changed(() => curves.getByRole('button', { name: 'Log scale' }).click());
    await changed(() => curves.getByRole('button', { name: 'Train against validation' }).click());
    await changed(() =>
      curves.getByRole('combobox', { name: 'Metric' }).selectOption({ label: 'validation.accuracy' }),
    );
    await expectClean({ page, ...open });
  });

  it('zooms into the curves by dragging, and out by a double click', async () => {
    const { page, ...open } = await pages.visit('sweep');
    await show(page, '#curves');
    const before = await pictureOf(page, '#curves');
    const { x, y, width, height } = (await page.locator('#curves .u-over').boundingBox())!;
    await page.mouse.move(x + width * 0.3, y + height * 0.1);
    await page.mouse.down();
    await page.mouse.move(x + width * 0.5, y + height * 0.3);
    await page.mouse.move(x + width * 0.7, y + height * 0.5);
    await page.mouse.up();
    await expect.poll(() => pictureOf(page, '#curves')).not.toBe(before);
    await page.mouse.move(5, 5);
    const zoomed = await pictureOf(page, '#curves');
    await page.mouse.dblclick(x + width * 0.9, y + height * 0.9);
    await page.mouse.move(5, 5);
    await expect.poll(() => pictureOf(page, '#curves')).not.toBe(zoomed);
    await expectClean({ page, ...open });
  });

  it('keeps the part of the curves that is zoomed into when other runs are shown, and follows them where none is', async () => {
    // The plot alone, without what is drawn over it of the run under the pointer.
    const picture = (page: Page) => pictureOf(page, '#curves .u-wrap >');
    const few = async (page: Page) => {
      await page.getByRole('searchbox', { name: 'Filter' }).fill('network = mlp');
      await expect.poll(() => count(page)).toMatch(/^\d+ of 80 runs$/);
      await drawn(page);
    };
    const first = await pages.visit('sweep');
    await show(first.page, '#curves');
    await few(first.page);
    const wanted = await picture(first.page);
    // Made anew for those runs the plot is the same: its axes had followed.
    const scale = first.page.locator('#curves').getByRole('button', { name: 'Log scale' });
    await scale.click();
    await expect.poll(() => picture(first.page)).not.toBe(wanted);
    await scale.click();
    await first.page.mouse.move(5, 5);
    await expect.poll(() => picture(first.page)).toBe(wanted);
    await expectClean(first);
    const { page, ...open } = await pages.visit('sweep');
    await show(page, '#curves');
    const whole = await picture(page);
    const { x, y, width, height } = (await page.locator('#curves .u-over').boundingBox())!;
    await page.mouse.move(x + width * 0.3, y + height * 0.1);
    await page.mouse.down();
    await page.mouse.move(x + width * 0.7, y + height * 0.5, { steps: 3 });
    await page.mouse.up();
    await page.mouse.move(5, 5);
    await expect.poll(() => picture(page)).not.toBe(whole);
    await few(page);
    expect(await picture(page)).not.toBe(wanted);
    await page.locator('#curves .u-over').dblclick({ position: { x: width * 0.9, y: height * 0.9 } });
    await page.mouse.move(5, 5);
    await expect.poll(() => picture(page)).toBe(wanted);
    await expectClean({ page, ...open });
  });

  it('shows all of the runs that are shown by a double click, however many epochs others have', async () => {
    const { page, ...open } = await pages.visit('sweep');
    await show(page, '#curves');
    const picture = () => pictureOf(page, '#curves .u-wrap >');
    // Those that were stopped have fewer epochs than those that the plot was made for.
    await page.getByRole('searchbox', { name: 'Filter' }).fill('status = pruned');
    await expect.poll(() => count(page)).toMatch(/^\d+ of 80 runs$/);
    await drawn(page);
    const wanted = await picture();
    const { width, height } = (await page.locator('#curves .u-over').boundingBox())!;
    await page.locator('#curves .u-over').dblclick({ position: { x: width * 0.9, y: height * 0.9 } });
    await page.mouse.move(5, 5);
    await drawn(page);
    expect(await picture()).toBe(wanted);
    await expectClean({ page, ...open });
  });

  it('names the run under the pointer in the curves, and marks it in the table', async () => {
    const { page, ...open } = await pages.visit('sweep');
    await show(page, '#curves');
    const box = (await page.locator('#curves .u-over').boundingBox())!;
    for (let share = 0.05; share < 0.6; share += 0.05) {
      await page.mouse.move(box.x + box.width * 0.6, box.y + box.height * share);
      if (await page.locator('.run-tip').isVisible()) break;
    }
    const name = await page.locator('.run-tip b').textContent();
    expect(name).toMatch(/^trial \d+$/);
    await expect.poll(() => page.locator('.run-tip').textContent()).toMatch(/epoch\d+validation\.accuracy\d/);
    await page.mouse.move(5, 5);
    await expect.poll(() => page.locator('.run-tip').isVisible()).toBe(false);
    // The other way round: a row of the table draws its curve over all others.
    const before = await pictureOf(page, '#curves');
    await page.evaluate(
      `document.querySelectorAll('.runs tbody tr[data-run]')[3].dispatchEvent(new PointerEvent('pointerover', { bubbles: true }))`,
    );
    await expect.poll(() => pictureOf(page, '#curves')).not.toBe(before);
    await expectClean({ page, ...open });
  });

  it('tells the curves to the keyboard and to screen readers', async () => {
    const { page, ...open } = await pages.visit('sweep');
    await show(page, '#curves');
    const slider = page.getByRole('slider', { name: /^validation\.accuracy by epoch/ });
    await slider.focus();
    await page.keyboard.press('ArrowDown');
    const best = `trial ${comparison.runs[0]!.trial!.number}`;
    await expect
      .poll(() => slider.getAttribute('aria-valuetext'))
      .toMatch(new RegExp(`^${best}, epoch 12, validation.accuracy 9`));
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => slider.getAttribute('aria-valuetext')).toMatch(/, epoch 11, /);
    await page.keyboard.press('ArrowDown');
    await expect
      .poll(() => slider.getAttribute('aria-valuetext'))
      .toContain(`trial ${comparison.runs[1]!.trial!.number},`);
    await page.locator('#curves summary', { hasText: 'The curves as a table' }).click();
    await expect.poll(() => page.locator('#curves .alternative tbody tr').count()).toBeGreaterThan(70);
    await expectClean({ page, ...open });
  });

  it('brushes an axis by mouse: everything else follows, and back', async () => {
    const { page, ...open } = await pages.visit('sweep');
    await show(page, '#parallel');
    const curves = await pictureOf(page, '#curves');
    await drag(page, axis(page, 'train.optimizer.learningRate'), 0.1, 0.5);
    await expect.poll(() => count(page)).toMatch(/^\d+ of 80 runs$/);
    const shown = Number((await count(page))!.split(' ')[0]);
    expect(shown).toBeLessThan(60);
    await expect.poll(() => page.locator('.runs').getAttribute('aria-rowcount')).toBe(String(shown + 1));
    await page.locator('#curves').scrollIntoViewIfNeeded();
    await expect.poll(() => pictureOf(page, '#curves')).not.toBe(curves);
    // A second brush narrows it further.
    await page.locator('#parallel').scrollIntoViewIfNeeded();
    await drag(page, axis(page, 'metric:validation.accuracy'), 0, 0.3);
    await expect.poll(async () => Number((await count(page))!.split(' ')[0])).toBeLessThan(shown);
    // The filter box narrows the lines in turn.
    const lines = await pictureOf(page, '#parallel');
    await page.getByRole('searchbox', { name: 'Filter' }).fill('network = residual');
    await expect.poll(() => pictureOf(page, '#parallel')).not.toBe(lines);
    for (const chip of await page
      .getByRole('button', { name: /^Remove the filter (learningRate|accuracy)/ })
      .all())
      await expect.poll(() => chip.isVisible()).toBe(true);
    // By keys one filter after another is taken away, without losing one's place.
    await page.getByRole('button', { name: 'Remove the filter learningRate' }).focus();
    const focused = () => page.evaluate<string>('document.activeElement.textContent');
    await page.keyboard.press('Enter');
    await expect.poll(focused).toMatch(/^accuracy /);
    await page.keyboard.press('Enter');
    await expect.poll(focused).toBe('Show all');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.evaluate('document.activeElement.type')).toBe('search');
    await expect.poll(() => count(page)).toBe('80 runs');
    await expect.poll(() => page.locator('.axis-brush:visible').count()).toBe(0);
    await expectClean({ page, ...open });
  });

  it('follows a brush while it is dragged, and draws in full when it is let go of', async () => {
    const { page, ...open } = await pages.visit('sweep');
    await show(page, '#parallel');
    await hold(page, axis(page, 'train.optimizer.learningRate'), 0.1, [0.2, 0.3, 0.4, 0.5]);
    await expect.poll(() => count(page)).toMatch(/^\d+ of 80 runs$/);
    // In words once the pointer rests.
    await page.getByRole('button', { name: /^Remove the filter learningRate/ }).waitFor();
    const held = await pictureOf(page, '#parallel');
    await page.mouse.up();
    await expect.poll(() => pictureOf(page, '#parallel')).not.toBe(held);
    await expectClean({ page, ...open });
  });

  it('brushes an axis by keys, moves it, and changes its scale', async () => {
    const { page, ...open } = await pages.visit('sweep');
    await show(page, '#parallel');
    const key = 'train.optimizer.learningRate';
    const brush = page.getByRole('slider', { name: `Brush on ${key}` });
    await brush.focus();
    await expect.poll(() => brush.getAttribute('aria-valuetext')).toBe('all');
    await page.keyboard.press('ArrowUp');
    await expect.poll(() => brush.getAttribute('aria-valuetext')).toMatch(/^from 0\.00\d+ to 0\.\d+$/);
    const first = await brush.getAttribute('aria-valuetext');
    const half = await count(page);
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => brush.getAttribute('aria-valuetext')).not.toBe(first);
    await page.keyboard.press('Shift+ArrowDown');
    await page.keyboard.press('Shift+ArrowDown');
    await expect.poll(() => count(page)).not.toBe(half);
    const before = await keys(page);
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => keys(page)).not.toEqual(before);
    await expect
      .poll(() => page.evaluate(`document.activeElement.getAttribute('aria-label')`))
      .toBe(`Brush on ${key}`);
    const ticks = () => page.locator(`.axis[data-axis="${key}"] .axis-tick`).allTextContents();
    const logarithmic = await ticks();
    await page.keyboard.press('l');
    await expect.poll(ticks).not.toEqual(logarithmic);
    await page.keyboard.press('Escape');
    await expect.poll(() => count(page)).toBe('80 runs');
    await expectClean({ page, ...open });
  });

  it('moves a range by dragging it, changes it by its edges, clears it by a click', async () => {
    const { page, ...open } = await pages.visit('sweep');
    await show(page, '#parallel');
    const track = axis(page, 'train.optimizer.learningRate');
    const words = async () => (await track.getAttribute('aria-valuetext'))!.match(/[\d.e-]+/g)!.map(Number);
    await drag(page, track, 0.4, 0.6);
    const [low, high] = await words();
    await drag(page, track, 0.5, 0.3);
    const moved = await words();
    expect([moved[0]! > low!, moved[1]! > high!]).toEqual([true, true]);
    await drag(page, track, 0.2, 0.05);
    const stretched = await words();
    expect(stretched[0]).toBe(moved[0]);
    expect(stretched[1]).toBeGreaterThan(moved[1]!);
    const { x, y, width, height } = (await track.boundingBox())!;
    await page.mouse.click(x + width / 2, y + height * 0.9);
    await expect.poll(() => count(page)).toBe('80 runs');
    await expect.poll(() => track.getAttribute('aria-valuetext')).toBe('all');
    await expectClean({ page, ...open });
  });

  it('brushes by finger and chooses a category by a tap', async () => {
    const { page, ...open } = await pages.visit('sweep', { width: 1200, touch: true });
    await show(page, '#parallel');
    const track = axis(page, 'build.network');
    const { x, y, width, height } = (await track.boundingBox())!;
    // Four networks in the order of the alphabet from below: the highest quarter is small-cnn.
    await page.touchscreen.tap(x + width / 2, y + height * 0.125);
    const wanted = comparison.runs.filter(({ settings }) => settings['build.network'] === 'small-cnn').length;
    await expect.poll(() => count(page)).toBe(`${wanted} of 80 runs`);
    await page.touchscreen.tap(x + width / 2, y + height * 0.125);
    await expect.poll(() => count(page)).toBe('80 runs');
    await expectClean({ page, ...open });
  });

  it('reorders axes by dragging their names and by buttons, and takes others in', async () => {
    const { page, ...open } = await pages.visit('sweep');
    await show(page, '#parallel');
    const before = await keys(page);
    const name = page.locator('.axis').first().locator('.axis-name');
    const box = (await name.boundingBox())!;
    const third = (await page.locator('.axis').nth(2).locator('.axis-name').boundingBox())!;
    await page.mouse.move(box.x + box.width / 2, box.y + 8);
    await page.mouse.down();
    await page.mouse.move(third.x + third.width / 2 + 20, box.y + 8, { steps: 4 });
    await page.mouse.up();
    await expect.poll(() => keys(page)).toEqual([before[1], before[2], before[0], ...before.slice(3)]);
    await page.locator('.axis-track').nth(2).hover();
    await page.getByRole('button', { name: `Move ${before[0]!} to the left`, includeHidden: true }).click();
    await expect.poll(() => keys(page)).toEqual([before[1], before[0], before[2], ...before.slice(3)]);
    await page.locator('#parallel summary', { hasText: 'Axes' }).click();
    await page.locator('#parallel .chooser-panel').getByLabel('training time', { exact: true }).check();
    await expect.poll(() => keys(page)).toContain('time:train');
    await expectClean({ page, ...open });
  });

  it('colours by another metric everywhere', async () => {
    const { page, ...open } = await pages.visit('sweep');
    await show(page, '#parallel');
    const before = await pictureOf(page, '#parallel');
    await page.getByRole('combobox', { name: 'Colour' }).selectOption({ label: 'parameters' });
    await expect.poll(() => pictureOf(page, '#parallel')).not.toBe(before);
    await expect.poll(() => page.locator('.selection .scale-legend').textContent()).toMatch(/\d/);
    await expectClean({ page, ...open });
  });

  it('shows slices and contours of the settings that are chosen', async () => {
    const { page, ...open } = await pages.visit('sweep');
    await show(page, '#importance');
    await expect.poll(() => page.locator('.importance li').count()).toBeGreaterThan(3);
    const contour = page.locator('[data-view="contour"]');
    await expect
      .poll(() => contour.locator('.layers').getAttribute('aria-label'))
      .toContain('validation.accuracy over');
    const before = await pictureOf(page, '[data-view="contour"]');
    await contour.getByRole('combobox', { name: 'Upwards' }).selectOption({ label: 'build.network' });
    await expect.poll(() => pictureOf(page, '[data-view="contour"]')).not.toBe(before);
    await page.locator('summary', { hasText: 'The medians as a table' }).click();
    await expect
      .poll(() => page.locator('[data-view="slices"] .alternative tbody tr').count())
      .toBeGreaterThan(10);
    await expectClean({ page, ...open });
  });

  const drawAgainst = async (page: Page, label: string) => {
    await show(page, '#pareto');
    const before = await pictureOf(page, '#pareto');
    await page.locator('#pareto').getByRole('combobox', { name: 'Against' }).selectOption({ label });
    await expect.poll(() => pictureOf(page, '#pareto')).not.toBe(before);
  };

  it('draws the front against each cost, and lists it', async () => {
    const { page, ...open } = await pages.visit('sweep');
    await drawAgainst(page, 'inference time');
    await page.locator('#pareto summary').click();
    await expect.poll(() => page.locator('#pareto .alternative tbody tr').count()).toBeGreaterThan(0);
    const rows = await page.locator('#pareto .alternative tbody tr').allTextContents();
    const front = comparison.runs.filter(
      ({ metrics, evaluateSeconds }) =>
        evaluateSeconds !== null &&
        metrics['accuracy'] !== undefined &&
        !comparison.runs.some(
          (other) =>
            (other.metrics['accuracy'] ?? -1) >= metrics['accuracy']! &&
            (other.evaluateSeconds ?? Infinity) <= evaluateSeconds &&
            ((other.metrics['accuracy'] ?? -1) > metrics['accuracy']! ||
              (other.evaluateSeconds ?? Infinity) < evaluateSeconds),
        ),
    );
    expect(rows.length).toBe(front.length);
    for (const run of front) expect(rows.join('\n')).toContain(`trial ${run.trial!.number}`);
    await expectClean({ page, ...open });
  });

  it('draws the front against the time of training, of the runs that are shown', async () => {
    const { page, ...open } = await pages.visit('sweep');
    await drawAgainst(page, 'training time');
    await page.getByRole('searchbox', { name: 'Filter' }).fill('network = mlp');
    await page.locator('#pareto summary').click();
    const names = () => page.locator('#pareto .alternative tbody th').allTextContents();
    await expect.poll(async () => (await names()).length).toBeGreaterThan(0);
    const simple = comparison.runs.filter(({ settings }) => settings['build.network'] === 'mlp');
    expect(simple.map(({ trial }) => `trial ${trial!.number}`)).toEqual(
      expect.arrayContaining(await names()),
    );
    await expectClean({ page, ...open });
  });

  it('shows history and workers, and names the run under the pointer', async () => {
    const { page, ...open } = await pages.visit('sweep');
    await show(page, '#history');
    await page.locator('[data-view="workers"]').scrollIntoViewIfNeeded();
    const box = (await page.locator('[data-view="workers"] .layers').boundingBox())!;
    await page.mouse.move(box.x + box.width / 2, box.y + 14);
    await expect.poll(() => page.locator('.run-tip').textContent()).toMatch(/^trial \d+.*status/);
    await page.locator('summary', { hasText: 'Each new best as a table' }).click();
    let best = -1;
    const wanted = [...comparison.runs]
      .sort((a, b) => a.trial!.number - b.trial!.number)
      .flatMap(({ trial, status, metrics }) => {
        const value = status === 'pruned' ? null : (metrics['validation.accuracy'] ?? null);
        if (value === null || value <= best) return [];
        best = value;
        return [`trial ${trial!.number}`];
      });
    await expect
      .poll(() => page.locator('[data-view="history"] .alternative tbody th').allTextContents())
      .toEqual(wanted);
    expect(wanted.length).toBeGreaterThan(1);
    await expectClean({ page, ...open });
  });
});
