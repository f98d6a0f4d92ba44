/** The parts of `npm run bench:train` that compute and parse. What it measures is no test's business. */
import { describe, expect, it } from 'vitest';

type Numbers = readonly number[];
interface Typed {
  readonly type: string;
  readonly shape: Numbers;
}
interface Profiled {
  readonly op: string;
  readonly inputs: readonly Typed[];
  readonly outputs: readonly Typed[];
  readonly operations: number;
  readonly bytes: number;
  readonly microseconds: number;
}

interface Statistics {
  median: (values: Numbers) => number;
  ratioOf: (ours: Numbers, theirs: Numbers) => { medians: number; least: number; most: number };
  turns: <T>(rounds: number, contestants: readonly T[]) => Iterable<{ round: number; contestant: T }>;
}
interface Load {
  parseStat: (text: string) => { busy: number; steal: number; total: number };
  parseOwn: (text: string) => number;
  sharesBetween: (before: object | undefined, after: object | undefined) => object | undefined;
  isDisturbed: (shares: object | undefined) => boolean;
}
interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Record<string, string>;
}
interface Processes {
  lastJson: (text: string) => unknown;
  runProcesses: (command: Command, count: number) => Promise<{ results: { line: object }[] }>;
}
interface Group {
  readonly signature: string;
  readonly calls: number;
  readonly microseconds: number;
}
interface NodeCost {
  nodeOf: (event: object) => Profiled;
  groupNodes: (nodes: readonly Profiled[], steps: number, middle: (values: Numbers) => number) => Group[];
  holds: (node: Profiled, call: Profiled, peak: number) => string;
}

interface Tables {
  putBetween: (document: string, name: string, text: string) => string;
}

// Benchmarks are plain JavaScript, which says nothing of its types.
// @ts-expect-error see above: no types
const { median, ratioOf, turns } = (await import('../../bench/train/statistics.mjs')) as Statistics;
// @ts-expect-error see above: no types
const load = (await import('../../bench/train/load.mjs')) as Load;
const { parseStat, parseOwn, sharesBetween, isDisturbed } = load;
// @ts-expect-error see above: no types
const { lastJson, runProcesses } = (await import('../../bench/train/run-process.mjs')) as Processes;
// @ts-expect-error see above: no types
const { nodeOf, groupNodes, holds } = (await import('../../bench/train/node-cost.mjs')) as NodeCost;
// @ts-expect-error see above: no types
const { putBetween } = (await import('../../bench/train/tables.mjs')) as Tables;

describe('statistics', () => {
  it('takes the middle value, or the mean of two', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(() => median([])).toThrow('expected values to have a median of, got none');
  });

  it('gives everybody a turn in each round', () => {
    const order = [...turns(2, ['a', 'b', 'c'])].map(({ round, contestant }) => `${contestant}${round}`);
    expect(order).toEqual(['a0', 'b0', 'c0', 'a1', 'b1', 'c1']);
  });

  it('divides medians, and tells the least and the largest ratio of a round', () => {
    expect(ratioOf([10, 20, 30], [10, 10, 10])).toEqual({ medians: 2, least: 1, most: 3 });
    // One that failed in the third round has no ratio there.
    expect(ratioOf([10, 20, 30], [10, 10])).toEqual({ medians: 2, least: 1, most: 2 });
  });
});

describe('load', () => {
  it('tells what others used and what was stolen from the counters of Linux', () => {
    const before = { ...parseStat('cpu  100 0 100 1000 0 0 0 0 0 0\ncpu0 1 1'), own: 20 };
    const after = { ...parseStat('cpu  160 0 110 1100 10 0 0 20 0 0\ncpu0 1 1'), own: 70 };
    expect(sharesBetween(before, after)).toEqual({ others: 0.1, steal: 0.1 });
    expect(isDisturbed({ others: 0.1, steal: 0.1 })).toBe(true);
    expect(isDisturbed({ others: 0.02, steal: 0.01 })).toBe(false);
    expect(isDisturbed(sharesBetween(undefined, undefined))).toBe(false);
  });

  it('adds up what a process and those that it waited for used', () => {
    expect(parseOwn('7 (a (strange) name) S 1 7 7 0 -1 4194560 9 9 9 9 11 12 13 14 20 0 1')).toBe(50);
  });
});

describe('processes', () => {
  it('reads the last object that is JSON', () => {
    const keras = '{"peer": "keras 3.15.1 / tensorflow 2.21.0", "threads": 1, "images_per_s": 6294}';
    expect(lastJson(`{"ready": true}\nsome words\n${keras}\n{not json\nbye\n`)).toEqual({
      peer: 'keras 3.15.1 / tensorflow 2.21.0',
      threads: 1,
      images_per_s: 6294,
    });
    expect(lastJson('words\n{\n  "status": "done",\n  "stages": [{ "name": "train" }]\n}\n')).toEqual({
      status: 'done',
      stages: [{ name: 'train' }],
    });
    expect(lastJson('nothing\n')).toBeUndefined();
  });

  it('lets several begin together, and says how one failed', async () => {
    const program = `console.log('{"ready":true}'); process.stdin.once('data', (text) => {
      console.log(JSON.stringify({ said: String(text).trim() })); process.exit(); });`;
    const command = { file: process.execPath, args: ['-e', program], env: {} };
    const { results } = await runProcesses(command, 2);
    expect(results.map(({ line }) => line)).toEqual([{ said: 'go' }, { said: 'go' }]);
    const failing = { ...command, args: ['-e', 'console.error("no tensorflow here"); process.exit(3)'] };
    await expect(runProcesses(failing, 1)).rejects.toThrow(
      `${process.execPath} ended with 3: no tensorflow here`,
    );
  });
});

describe('the page', () => {
  it('is written between its markers and nowhere else', () => {
    const page = 'before\n\n<!-- a -->\n\nold\n\n<!-- /a -->\n\nafter\n';
    const written = putBetween(page, 'a', 'new');
    expect(written).toBe('before\n\n<!-- a -->\n\nnew\n\n<!-- /a -->\n\nafter\n');
    expect(putBetween(written, 'a', 'new')).toBe(written);
    expect(() => putBetween(page, 'b', 'new')).toThrow(
      'expected the document to hold <!-- b --> and <!-- /b -->',
    );
  });
});

describe("a profile's nodes", () => {
  const event = (op: string, inputs: object[], outputs: object[], dur: number) => ({
    dur,
    args: { op_name: op, node_index: '1', input_type_shape: inputs, output_type_shape: outputs },
  });
  const float = (...shape: number[]) => ({ float: shape });

  it('counts the operations of products, however they are transposed, and of convolutions', () => {
    const count = (op: string, inputs: object[], output: object): number =>
      nodeOf(event(op, inputs, [output], 1)).operations;
    expect(count('Gemm', [float(8, 100), float(100, 5)], float(8, 5))).toBe(2 * 8 * 100 * 5);
    expect(count('Gemm', [float(100, 8), float(5, 100), float(5)], float(8, 5))).toBe(2 * 8 * 100 * 5);
    expect(count('FusedMatMul', [float(16, 7, 9), float(16, 3, 9)], float(16, 7, 3))).toBe(
      2 * 16 * 7 * 9 * 3,
    );
    expect(count('Conv', [float(2, 3, 9, 9), float(4, 3, 3, 3)], float(2, 4, 7, 7))).toBe(2 * 392 * 27);
    expect(count('Add', [float(8, 5), float(8, 5)], float(8, 5))).toBe(0);
  });

  it('counts bytes by type', () => {
    const { bytes } = nodeOf(event('Cast', [{ uint8: [10, 10] }], [float(10, 10)], 1));
    expect(bytes).toBe(500);
  });

  it('puts nodes of the same shapes together, the longest first', () => {
    const add = (dur: number) => nodeOf(event('Add', [float(8), float(8)], [float(8)], dur));
    const gemm = nodeOf(event('Gemm', [float(8, 8), float(8, 8)], [float(8, 8)], 9));
    const groups = groupNodes([add(1), gemm, add(3), add(2), add(2)], 2, median);
    expect(groups.map(({ signature, calls, microseconds }) => ({ signature, calls, microseconds }))).toEqual([
      { signature: 'Gemm 8×8 · 8×8 → 8×8', calls: 0.5, microseconds: 4.5 },
      { signature: 'Add 8 · 8 → 8', calls: 2, microseconds: 4 },
    ]);
  });

  it('says what holds a node', () => {
    const told = (op: string, inputs: object[], output: object, dur: number): string => {
      const node = nodeOf(event(op, inputs, [output], dur));
      return holds(node, node, 100e9);
    };
    expect(told('Add', [float(1000)], float(1000), 2)).toBe('the call itself');
    expect(told('Add', [float(100_000)], float(100_000), 16)).toBe('memory: 50 GB/s');
    expect(told('Mul', [float(10_000)], float(10_000), 80)).toBe('the kernel: 1.0 GB/s');
    expect(told('Gemm', [float(100, 100), float(100, 100)], float(100, 100), 20)).toBe('arithmetic');
    expect(told('Gemm', [float(100, 9), float(9, 100)], float(100, 100), 20)).toBe(
      'a side of 9: few sums for each number loaded',
    );
    expect(told('Gemm', [float(100, 100), float(100, 100)], float(100, 100), 40)).toBe(
      'edges and packing of 100×100×100',
    );
  });
});
