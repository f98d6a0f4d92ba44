/** Comparisons opened in Debian's Chromium, with an eye on what they say and ask for. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { expect } from 'vitest';
import { launchChromium } from '../../../scripts/chromium.mjs';
import type { Comparison } from '../../../src/report/comparison/compared-run.js';
import { renderComparison } from '../../../src/report/comparison/render-comparison.js';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Visit {
  readonly width?: number;
  readonly scheme?: 'light' | 'dark';
  readonly scripts?: boolean;
  readonly touch?: boolean;
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
    const { width = 1440, scheme = 'light', scripts = true, touch = false } = options;
    const context = await this.#browser!.newContext({
      viewport: { width, height: 900 },
      colorScheme: scheme,
      javaScriptEnabled: scripts,
      hasTouch: touch,
      reducedMotion: 'reduce',
    });
    const page = await context.newPage();
    const complaints: string[] = [];
    const url = pathToFileURL(join(this.folder, `${name}.html`)).href;
    page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('dialog', (dialog) => {
      complaints.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on('request', (request) => {
      if (request.url() !== url && !request.url().startsWith('data:'))
        complaints.push(`request: ${request.url()}`);
    });
    await page.goto(url);
    if (scripts)
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

/** Every section laid out and drawn, as a reader who scrolled through would have it. */
export async function showAll(page: Page): Promise<void> {
  for (const section of await page.locator('main > section').all()) {
    await section.scrollIntoViewIfNeeded();
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
  }
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
