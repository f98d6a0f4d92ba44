import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatProblem } from '../../src/core/format-problem.js';
import type { RunQuery } from '../../src/tracking/run-list.js';
import type { Tracking } from '../../src/tracking/tracking.js';
import { configWith, problemOf, trackingWith, valueOf } from './support.js';

let folder: string;
let tracking: Tracking;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-tracking-'));
  tracking = trackingWith(
    folder,
    {
      id: 'a',
      header: { experiment: 'mnist-mlp', seed: 1, git: { commit: 'abc', dirty: false } },
      metrics: { accuracy: 0.97, 'train.loss': 0.5, 'odd/key': 1 },
      started: 0,
      seconds: 10,
    },
    {
      id: 'b',
      header: {
        experiment: 'mnist-cnn',
        seed: 2,
        git: { commit: 'def', dirty: true },
        config: configWith({
          batchSize: 32,
          loss: 'softmaxCrossEntropy',
          augment: true,
          dropout: null,
          rate: 1,
        }),
      },
      metrics: { accuracy: 0.99, 'train.loss': 0.25 },
      started: 60_000,
      seconds: 300,
    },
    {
      id: 'c',
      header: {
        experiment: "it's <odd>",
        seed: 3,
        engine: 'tensorflow',
        config: configWith({ batchSize: 128, augment: false, rate: 'auto' }),
      },
      metrics: { accuracy: NaN },
      status: 'failed',
      started: 120_000,
      seconds: 1,
    },
  );
});

afterAll(() => {
  tracking.close();
  rmSync(folder, { recursive: true, force: true });
});

const ids = async (query: RunQuery): Promise<string> =>
  valueOf(await tracking.runs(query))
    .rows.map(({ id }) => id)
    .join('');

describe('--where finds the runs for which', () => {
  it.each([
    ['accuracy > 0.98', 'b'],
    ['accuracy >= 0.97', 'ba'],
    ['0.98 < accuracy', 'b'],
    ['accuracy > 0.98 and train.batchSize = 32', 'b'],
    ['accuracy > 0.98 and train.batchSize = 64', ''],
    ['accuracy > .96 AND (train.batchSize = 64 OR experiment = "mnist-cnn")', 'ba'],
    ["accuracy > 0.98 or not (status != 'failed')", 'cb'],
    ['experiment = "it\'s <odd>"', 'c'],
    ["experiment = 'it''s <odd>'", 'c'],
    ["experiment ~ 'MNIST'", 'ba'],
    ["experiment !~ 'mnist'", 'c'],
    ["train.optimizer.kind = 'adam'", 'cba'],
    ['params.classes == 10', 'cba'],
    ['params.classes <> 10', ''],
    ['train.augment = true', 'b'],
    ['train.augment != true', 'c'],
    ['dirty = false', 'a'],
    ['seed >= 2 and seed <= 3', 'cb'],
    ['seconds > 1e1', 'b'],
    ['seed = +2 or seed = -2', 'b'],
    ["started >= '2026-11-23 09:42:05'", 'cb'],
    ["started < '2026-11-23T09:42:05Z'", 'a'],
    ["started > '2026-11-24'", ''],
    ['`odd/key` = 1', 'a'],
    ['settings.train.batchSize = 32', 'b'],
    ['metrics.accuracy > 0.98', 'b'],
    ['engine = "tensorflow"', 'c'],
    ["id = 'a' or id = 'c'", 'ca'],
    ['accuracy > train.loss', 'ba'],
    ['train.epochs < seed', 'c'],
    ["id != 'a' and id != 'b' or id = 'a' and id = 'b'", 'c'],
  ])('%s', async (where, found) => {
    expect(await ids({ where })).toBe(found);
  });

  it('a value that a run does not have, or has of another type, matches nothing, not even under "not"', async () => {
    expect(await ids({ where: 'accuracy != 0.5' })).toBe('ba');
    expect(await ids({ where: 'not accuracy > 0.98' })).toBe('a');
    expect(await ids({ where: 'train.rate > 0' })).toBe('b');
    expect(await ids({ where: "not train.rate = 'auto'" })).toBe('');
    expect(await ids({ where: "commit != 'abc'" })).toBe('b');
  });

  it('null stands for what is missing', async () => {
    expect(await ids({ where: 'accuracy = null' })).toBe('c');
    expect(await ids({ where: 'accuracy != null' })).toBe('ba');
    expect(await ids({ where: 'train.augment = null' })).toBe('a');
    expect(await ids({ where: 'commit = null' })).toBe('c');
  });

  it('a name that is both a metric and a setting is what it is compared as', async () => {
    expect(await ids({ where: 'train.loss < 0.3' })).toBe('b');
    expect(await ids({ where: "train.loss = 'softmaxCrossEntropy'" })).toBe('b');
  });
});

describe('--sort', () => {
  it.each([
    ['-accuracy', 'bac'],
    ['accuracy', 'abc'],
    ['train.batchSize', 'bac'],
    ['-train.batchSize', 'cab'],
    ['engine, -started', 'bac'],
    ['+seconds', 'cab'],
    ['train.augment', 'cba'],
  ])('by %s, runs without the value last, the newest first among equals', async (sort, order) => {
    expect(await ids({ sort })).toBe(order);
  });

  it('is newest first when nothing is said, and a limit cuts after sorting', async () => {
    expect(await ids({})).toBe('cba');
    expect(await ids({ limit: 2 })).toBe('cb');
    expect(await ids({ sort: '-accuracy', limit: 1 })).toBe('b');
  });
});

describe('rows', () => {
  it('carry the values that the query names, null where there is none', async () => {
    const list = valueOf(
      await tracking.runs({
        where: 'train.augment = true or seed > 0',
        sort: '-train.dropout,train.rate,accuracy',
      }),
    );
    expect(list.names).toEqual(['train.augment', 'train.dropout', 'train.rate', 'accuracy']);
    expect(Object.fromEntries(list.rows.map(({ id, values }) => [id, Object.values(values)]))).toEqual({
      a: [null, null, null, 0.97],
      b: [true, null, 1, 0.99],
      c: [false, null, 'auto', null],
    });
  });
});

const deep = `${'('.repeat(52)}seed = 1${')'.repeat(52)}`;
const wide = Array.from({ length: 201 }, () => 'seed = 1').join(' or ');

describe('a query that cannot be read is refused with its place', () => {
  it.each([
    ['', 1, 'expected a comparison such as accuracy > 0.98, got the end of the expression', undefined],
    [
      'acuracy > 0.9',
      1,
      'expected the name of a field, a metric or a setting of any run, got acuracy',
      'did you mean "accuracy"?',
    ],
    [
      'train.batchsise = 3',
      1,
      'expected the name of a field, a metric or a setting of any run, got train.batchsise',
      'did you mean "train.batchSize"?',
    ],
    ['accuracy > ', 12, 'expected a name or a value, got the end of the expression', undefined],
    [
      'accuracy',
      9,
      'expected a comparison (= != <= >= < > ~ !~), got the end of the expression',
      'for a setting that is true or false, write accuracy = true',
    ],
    ['accuracy > 0.9 seed = 1', 16, 'expected "and", "or" or the end, got seed', undefined],
    ['(accuracy > 0.9', 16, 'expected "and", "or" or ")", got the end of the expression', undefined],
    ['accuracy > 0.9)', 15, 'expected "and", "or" or the end, got )', undefined],
    ['seed = 1 and or', 14, 'expected a name, "not" or "(", got or', undefined],
    ["experiment = 'mnist", 14, "expected a closing ', got the end of the expression", undefined],
    [
      'experiment = failed',
      14,
      'expected the name of a field, a metric or a setting of any run, got failed',
      "text stands in quotes: 'failed'",
    ],
    [
      'seed = 1; DROP TABLE runs',
      9,
      'expected a name, a value, a comparison or a parenthesis, got ";"',
      'text that is to be compared with stands in quotes',
    ],
    ['seed = 12abc', 8, 'expected a number or a name, got both in one word', undefined],
    ['1 = 1', 1, 'expected the left side to be a name, got a value', undefined],
    ["'a' ~ experiment", 1, 'expected the left side to be a name, got a value', undefined],
    ["accuracy = 'high'", 12, 'expected accuracy to be compared with a number, got text', undefined],
    ['experiment = 5', 14, 'expected experiment to be compared with text, got a number', undefined],
    ['dirty > true', 1, 'expected true and false to be compared by = or !=, got >', undefined],
    ['seed > null', 1, 'expected null to be compared by = or !=, got >', undefined],
    ['seed ~ 1', 1, 'expected ~ to have text on both sides, got a number', undefined],
    ['experiment = seed', 1, 'expected both sides to be of one type, got text and a number', undefined],
    [
      "status = 'faild'",
      10,
      'expected status to be compared with one of running, done, failed, interrupted, paused, pruned, got "faild"',
      'did you mean "failed"?',
    ],
    [
      "started > 'yesterday'",
      11,
      "expected started to be compared with a time in UTC such as '2026-11-23' or '2026-11-23 09:30', got 'yesterday'",
      undefined,
    ],
    [
      "started > '2026-13-45'",
      11,
      "expected started to be compared with a time in UTC such as '2026-11-23' or '2026-11-23 09:30', got '2026-13-45'",
      undefined,
    ],
    [deep, 52, 'expected at most 50 levels of parentheses and "not", got (', undefined],
    [wide, 2401, 'expected at most 200 comparisons, got seed', undefined],
    [
      'x'.repeat(10_001),
      1,
      'expected the expression to be at most 10000 characters long, got 10001',
      undefined,
    ],
  ])('--where %s', async (where, column, message, fix) => {
    const problem = problemOf(await tracking.runs({ where }));
    expect([problem.code, problem.message, problem.fix]).toEqual(['bad-query', message, fix]);
    expect([problem.at?.file, problem.at?.line, problem.at?.column]).toEqual(['--where', 1, column]);
  });

  it.each([
    [
      '-acuracy',
      2,
      'expected the name of a field, a metric or a setting of any run, got acuracy',
      'did you mean "accuracy"?',
    ],
    ['accuracy,,seed', 10, 'expected a name between the commas, got nothing', undefined],
    ['', 1, 'expected a name between the commas, got nothing', undefined],
    [
      'seed, accuracy DESC',
      7,
      'expected the name of a field, a metric or a setting of any run, got accuracy DESC',
      'did you mean "accuracy"?',
    ],
    [Array.from({ length: 17 }, () => 'seed').join(), 81, 'expected at most 16 names, got more', undefined],
  ])('--sort %s', async (sort, column, message, fix) => {
    const problem = problemOf(await tracking.runs({ sort }));
    expect([problem.code, problem.message]).toEqual(['bad-query', message]);
    expect([problem.at?.file, problem.at?.line, problem.at?.column]).toEqual(['--sort', 1, column]);
    if (fix !== undefined && !message.endsWith('DESC')) expect(problem.fix).toBe(fix);
  });

  it('lists what is known where nothing is near', async () => {
    const problem = problemOf(await tracking.runs({ where: 'wholly.unknown = 1' }));
    expect(problem.fix).toBe(
      'known: id, experiment, file, status, seed, engine, started, ended, seconds, commit, dirty, host, threads, sweep, trial, accuracy, odd/key, ' +
        'train.loss, acquire.dataset, acquire.uses, params.classes, train.augment, train.batchSize, train.dropout, ' +
        'train.epochs, train.loss, train.optimizer.kind, train.rate, train.uses',
    );
  });

  it('draws the caret under the name, also in the second line', async () => {
    const problem = problemOf(await tracking.runs({ where: 'seed = 1\nand acuracy > 1' }));
    expect(formatProblem(problem)).toBe(
      [
        '--where:2:5 error[bad-query]: expected the name of a field, a metric or a setting of any run, got acuracy',
        '  2 | and acuracy > 1',
        '    |     ^^^^^^^',
        '  fix: did you mean "accuracy"?',
      ].join('\n'),
    );
  });
});

describe('whatever is typed', () => {
  const everything = 'cba';

  it.each([
    `experiment = "' OR 1=1 --"`,
    `experiment = "'; DROP TABLE runs; --"`,
    `experiment = 'x'' OR ''1''=''1'`,
    "`accuracy') OR 1=1 --` > 0",
    `\`x" UNION SELECT * FROM settings --\` = 1`,
    `experiment ~ '%'`,
    `experiment ~ '_'`,
  ])('%s is a value or a name, never SQL', async (where) => {
    const result = await tracking.runs({ where });
    if (result.ok) expect(result.value.rows).toEqual([]);
    else expect(result.problems[0]!.code).toBe('bad-query');
    expect(await ids({})).toBe(everything);
  });

  it('ends in rows or in a problem with its place', async () => {
    const word = fc.constantFrom(
      ...[
        'accuracy',
        'train.batchSize',
        'train.loss',
        'status',
        'started',
        'nope',
        '`odd/key`',
        "'text'",
        '"',
        "'",
        '`',
      ],
      ...[
        '(',
        ')',
        'and',
        'or',
        'not',
        '=',
        '!=',
        '<',
        '>=',
        '~',
        '!~',
        '0.5',
        '-3',
        '1e400',
        'true',
        'null',
        ';',
        '--',
        '\n',
        '🙂',
      ],
    );
    const text = fc.oneof(
      fc.array(word, { maxLength: 12 }).map((words) => words.join(' ')),
      fc.string({ unit: 'binary' }),
    );
    await fc.assert(
      fc.asyncProperty(text, fc.boolean(), async (expression, asSort) => {
        const result = await tracking.runs(asSort ? { sort: expression } : { where: expression });
        if (result.ok) return;
        const [problem] = result.problems;
        expect(problem!.code).toBe('bad-query');
        expect(problem!.at!.column).toBeGreaterThanOrEqual(1);
        expect(problem!.at!.column).toBeLessThanOrEqual(problem!.at!.lineText.length + 1);
        formatProblem(problem!);
      }),
      { numRuns: 1500 },
    );
    expect(await ids({})).toBe(everything);
  });

  it('says of a comparison with a number what comparing by hand says', async () => {
    const operators = {
      '<': (a: number, b: number) => a < b,
      '>=': (a: number, b: number) => a >= b,
      '!=': (a: number, b: number) => a !== b,
    };
    const comparison = fc.record({
      name: fc.constantFrom('accuracy', 'seed', 'train.batchSize'),
      operator: fc.constantFrom('<' as const, '>=' as const, '!=' as const),
      value: fc.constantFrom(0.97, 0.98, 2, 3, 64, 100),
    });
    interface Tree {
      readonly text: string;
      readonly holds: (run: Readonly<Record<string, number | undefined>>) => boolean | undefined;
    }
    const leaf = comparison.map(({ name, operator, value }): Tree => ({
      text: `${name} ${operator} ${value}`,
      holds: (run) => (run[name] === undefined ? undefined : operators[operator](run[name], value)),
    }));
    // SQL's three values: unknown stays unknown unless the other side decides.
    const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        leaf,
        tie('tree').map((part): Tree => ({
          text: `not (${part.text})`,
          holds: (run) => (part.holds(run) === undefined ? undefined : !part.holds(run)),
        })),
        fc.tuple(tie('tree'), tie('tree')).map(([a, b]): Tree => ({
          text: `(${a.text}) and (${b.text})`,
          holds: (run) => {
            const both = [a.holds(run), b.holds(run)];
            return both.includes(false) ? false : both.includes(undefined) ? undefined : true;
          },
        })),
        fc.tuple(tie('tree'), tie('tree')).map(([a, b]): Tree => ({
          text: `(${a.text} or ${b.text})`,
          holds: (run) => {
            const both = [a.holds(run), b.holds(run)];
            return both.includes(true) ? true : both.includes(undefined) ? undefined : false;
          },
        })),
      ),
    }));
    const runs = [
      { id: 'c', accuracy: undefined, seed: 3, 'train.batchSize': 128 },
      { id: 'b', accuracy: 0.99, seed: 2, 'train.batchSize': 32 },
      { id: 'a', accuracy: 0.97, seed: 1, 'train.batchSize': 64 },
    ];
    await fc.assert(
      fc.asyncProperty(tree, async ({ text, holds }) => {
        const wanted = runs.filter(({ id: _, ...run }) => holds(run) === true).map(({ id }) => id);
        expect(await ids({ where: text })).toBe(wanted.join(''));
      }),
      { numRuns: 300 },
    );
  });
});
