/**
 * Joins what tsc built into few files, since a fully cached run spends most of its time on opening two hundred small ones.
 * Small packages go in; those with native code or of great size stay outside and are imported when they are needed. The
 * chunks lie as deep under the package's root as the files they are made of, so that URLs relative to a module still hold.
 */
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const inside = new Set(['yaml', 'commander', 'picocolors', 'fastest-levenshtein']);

rmSync(`${root}/dist/bundle`, { recursive: true, force: true });
await build({
  absWorkingDir: root,
  entryPoints: ['dist/bin/assay.js', 'dist/cli/trial-worker.js'],
  outdir: 'dist/bundle',
  entryNames: '[name]',
  chunkNames: 'chunk-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  // CommonJS packages that went in may still require Node's own modules.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module';\nconst require = __createRequire(import.meta.url);",
  },
  logLevel: 'warning',
  plugins: [
    {
      name: 'most-packages-stay-outside',
      setup({ onResolve }) {
        onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
          kind === 'entry-point' || inside.has(path) ? undefined : { path, external: true },
        );
      },
    },
  ],
});

// Pages: what browsers run, one file each that goes into the page as it is. The live page has uPlot for its other charts.
const withoutPlot = {
  name: 'plot-of-the-page',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^uplot$/ }, () => ({ path: 'uplot', namespace: 'page' }));
    onLoad({ filter: /./, namespace: 'page' }, () => ({ contents: 'module.exports = window.uPlot;' }));
  },
};
const pages = [
  { entryPoints: { comparison: 'src/report/browser/comparison-page.ts' }, plugins: [] },
  { entryPoints: { live: 'src/report/browser/live/sweep-page.ts' }, plugins: [withoutPlot] },
];
const page = {
  absWorkingDir: root,
  outdir: 'dist/pages',
  bundle: true,
  minify: true,
  format: 'iife',
  platform: 'browser',
  target: ['chrome111', 'firefox113', 'safari16.4'],
  legalComments: 'none',
  charset: 'ascii',
  logLevel: 'warning',
};
for (const one of pages) await build({ ...page, ...one });
