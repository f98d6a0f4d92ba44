#!/usr/bin/env node
// Takes pictures of a comparison, section by section where asked:
// node scripts/screenshot-comparison.mjs COMPARISON.html OUT.png [--width 1440] [--height 1000] [--section parallel] [--dark] [--scale 1]
// Without --section the top of the page. Uses the Chromium named by CHROMIUM, else /usr/bin/chromium.
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { pathToFileURL } from 'node:url';
import { launchChromium } from './chromium.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    width: { type: 'string', default: '1440' },
    height: { type: 'string', default: '1000' },
    section: { type: 'string' },
    scale: { type: 'string', default: '1' },
    dark: { type: 'boolean', default: false },
  },
});
const [report, output] = positionals;
if (report === undefined || output === undefined) {
  console.error(
    'usage: screenshot-comparison.mjs COMPARISON.html OUT.png [--width 1440] [--height 1000] [--section ID] [--scale 1] [--dark]',
  );
  process.exit(2);
}

const browser = await launchChromium();
try {
  const page = await browser.newPage({
    viewport: { width: Number(values.width), height: Number(values.height) },
    deviceScaleFactor: Number(values.scale),
    colorScheme: values.dark ? 'dark' : 'light',
    reducedMotion: 'reduce',
  });
  await page.goto(pathToFileURL(resolve(report)).href);
  await page.waitForFunction(() => document.documentElement.classList.contains('settled'));
  if (values.section !== undefined)
    await page.evaluate((id) => document.getElementById(id).scrollIntoView(), values.section);
  // Sections in sight are drawn with the next frames.
  await page.waitForTimeout(600);
  await page.screenshot({ path: output });
} finally {
  await browser.close();
}
