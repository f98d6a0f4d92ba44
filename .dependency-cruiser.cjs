// The one-way flow of ARCHITECTURE.md, as rules: each folder may import the folders below it and `core`.
const layers = [
  ['bin', ['cli']],
  [
    'cli',
    [
      'server',
      'report',
      'tracking',
      'sweep',
      'run',
      'cache',
      'plan',
      'config',
      'stages',
      'models',
      'engine',
      'data',
      'metrics',
    ],
  ],
  ['server', ['report', 'tracking']],
  ['report', ['tracking', 'stages', 'data']],
  ['tracking', []],
  ['sweep', ['run', 'cache', 'plan', 'config', 'stages', 'models', 'engine', 'data', 'metrics']],
  ['run', ['cache', 'plan', 'config', 'stages', 'models', 'engine', 'data', 'metrics']],
  ['cache', ['plan', 'config', 'stages', 'models', 'engine', 'data', 'metrics']],
  ['plan', ['config', 'stages', 'models', 'engine', 'data', 'metrics']],
  ['config', ['stages', 'models', 'engine', 'data', 'metrics']],
  ['stages', ['models', 'engine', 'data', 'metrics']],
  ['engine', ['models', 'data']],
  ['models', []],
  ['data', []],
  ['metrics', []],
  ['core', []],
];
// Inside the engine onnx: a graph knows of nothing but itself; tracing, passes and writing know graphs and not one another.
const onnxLayers = [
  ['graph', []],
  ['emit', ['graph']],
  ['passes', ['graph']],
  ['trace', ['graph']],
  ['session', ['trace', 'passes', 'emit', 'graph']],
  ['export', ['session', 'trace', 'passes', 'emit', 'graph']],
];
module.exports = {
  forbidden: [
    {
      name: 'no-cycle',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    ...onnxLayers.map(([folder, below]) => ({
      name: `engine-onnx-${folder}-imports-down-only`,
      severity: 'error',
      from: { path: `^src/engine/onnx/${folder}/` },
      to: { path: '^src/engine/onnx/', pathNot: `^src/engine/onnx/(${[folder, ...below].join('|')})/` },
    })),
    {
      name: 'graphs-know-no-tfjs',
      severity: 'error',
      from: { path: '^src/engine/onnx/(graph|emit|passes)/' },
      to: { path: '^src/', pathNot: '^src/(core|engine/onnx)/' },
    },
    ...layers.map(([folder, below]) => ({
      name: `${folder}-imports-down-only`,
      severity: 'error',
      from: { path: `^src/${folder}/` },
      to: { path: '^src/[^/]+/', pathNot: `^src/(${[folder, 'core', ...below].join('|')})/` },
    })),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node'] },
  },
};
