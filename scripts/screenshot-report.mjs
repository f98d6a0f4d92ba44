#!/usr/bin/env node
// Takes a picture of a report: node scripts/screenshot-report.mjs REPORT.html OUT.png [--width 1440] [--height N] [--dark]
// Without --height the whole page is in it. Uses the Chromium named by CHROMIUM, else /usr/bin/chromium.
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { pathToFileURL } from 'node:url';
import { launchChromium } from './chromium.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    width: { type: 'string', default: '1440' },
    height: { type: 'string' },
    dark: { type: 'boolean', default: false },
    scale: { type: 'string', default: '1' },
  },
});
const [report, output] = positionals;
if (report === undefined || output === undefined) {
  console.error(
    'usage: screenshot-report.mjs REPORT.html OUT.png [--width 1440] [--height N] [--scale 1] [--dark]',
  );
  process.exit(2);
}

const browser = await launchChromium();
try {
  const page = await browser.newPage({
    viewport: { width: Number(values.width), height: Number(values.height ?? 900) },
    deviceScaleFactor: Number(values.scale),
    colorScheme: values.dark ? 'dark' : 'light',
  });
  await page.goto(pathToFileURL(resolve(report)).href);
  await page.waitForTimeout(300);
  await page.screenshot({ path: output, fullPage: values.height === undefined });
} finally {
  await browser.close();
}
