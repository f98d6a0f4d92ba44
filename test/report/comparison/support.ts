/** Comparisons opened in Debian's Chromium, with an eye on what they say and ask for. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { launchChromium } from '../../../scripts/chromium.mjs';
import type { Comparison } from '../../../src/report/comparison/compared-run.js';
import { renderComparison } from '../../../src/report/comparison/render-comparison.js';
import { watchPage } from '../../support/watch-page.js';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Visit {
  readonly width?: number;
  readonly scheme?: 'light' | 'dark';
  readonly scripts?: boolean;
  readonly touch?: boolean;
  /** Goes on as soon as the file is loaded, when most views are still to come. */
  readonly hurries?: boolean;
}

export interface OpenPage {
  readonly page: Page;
  /** What the page said or asked for that it should not have. */
  readonly complaints: readonly string[];
}

export class ComparisonPages {
  readonly folder = mkdtempSync(join(tmpdir(), 'assay-comparison-'));
  #browser: Browser | undefined;

  async start(): Promise<void> {
    this.#browser = await launchChromium();
  }

  async stop(): Promise<void> {
    await this.#browser?.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  make(name: string, comparison: Comparison, templateFolder?: string): void {
    const output = join(this.folder, `${name}.html`);
    renderComparison(comparison, { output, templateFolder, projectRoot: this.folder });
  }

  async visit(name: string, options: Visit = {}): Promise<OpenPage> {
    const { width = 1440, scheme = 'light', scripts = true, touch = false, hurries = false } = options;
    const context = await this.#browser!.newContext({
      viewport: { width, height: 900 },
      colorScheme: scheme,
      javaScriptEnabled: scripts,
      hasTouch: touch,
      reducedMotion: 'reduce',
    });
    const page = await context.newPage();
    const url = pathToFileURL(join(this.folder, `${name}.html`)).href;
    const complaints = watchPage(page, (asked) => asked === url);
    await page.goto(url);
    if (scripts && !hurries)
      await expect
        .poll(() => page.evaluate(`document.documentElement.classList.contains('settled')`), {
          timeout: 20_000,
        })
        .toBe(true);
    return { page, complaints };
  }
}

/** A picture of the canvases inside: changes when something else is drawn. */
export function pictureOf(page: Page, selector: string): Promise<string> {
  return page.evaluate<string>(
    `[...document.querySelectorAll(${JSON.stringify(`${selector} canvas`)})].map((canvas) => canvas.toDataURL()).join()`,
  );
}

/** Waits until the views have followed what was done: they are drawn once in a frame. */
export async function drawn(page: Page): Promise<void> {
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
}

/** Every section laid out and drawn, as a reader who scrolled through would have it. */
export async function showAll(page: Page): Promise<void> {
  for (const section of await page.locator('main > section').all()) {
    await section.scrollIntoViewIfNeeded();
    await drawn(page);
  }
}

/** Scrolls to a section whose charts are on canvas, and waits until they are drawn. */
export async function show(page: Page, section: string): Promise<void> {
  await page.locator(section).scrollIntoViewIfNeeded();
  // A canvas gets its size when it is drawn.
  const sized = `[...document.querySelectorAll('${section} canvas')].some((canvas) => canvas.width !== 300)`;
  await expect.poll(() => page.evaluate(sized)).toBe(true);
  await drawn(page);
}

/** Drags along an axis by several moves and does not let go; all are shares of its height, from above. */
export async function hold(page: Page, track: Locator, from: number, to: readonly number[]): Promise<void> {
  const { x, y, width, height } = (await track.boundingBox())!;
  const move = (share: number) => page.mouse.move(x + width / 2, y + height * share);
  await move(from);
  await page.mouse.down();
  for (const share of to) await move(share);
}

/** Drags along an axis; `from` and `to` are shares of its height, from above. */
export async function drag(page: Page, track: Locator, from: number, to: number): Promise<void> {
  await hold(page, track, from, [(from + to) / 2, to]);
  await page.mouse.up();
  await drawn(page);
}

interface AxeViolation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string }[];
}

export async function axeFindings(page: Page): Promise<string[]> {
  // What is out of sight is skipped by the browser, and by axe with it.
  await page.evaluate(`(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('main > section { content-visibility: visible !important; }');
    document.adoptedStyleSheets = [sheet];
  })()`);
  await page.waitForTimeout(300);
  const violations = await page.evaluate<AxeViolation[]>(
    `${axe}; axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations)`,
  );
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' ')}`);
}

export async function expectClean({ page, complaints }: OpenPage): Promise<void> {
  expect(complaints).toEqual([]);
  await page.context().close();
}
