import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ProblemError, type Problem } from '../../src/core/problem.js';
import type { Dataset } from '../../src/data/dataset-source.js';
import type { DownloadLimits } from '../../src/data/download/download-limits.js';
import { IdxDatasetSource } from '../../src/data/idx-dataset-source.js';
import { cutAfter, etag, FakeMirror, forTrainImages, honest, type Behaviour } from './fake-mirror.js';
import { tinyFiles, tinyPacked, tinySpecification, trainImagesFile, writeTiny } from './tiny-dataset.js';

const limits: DownloadLimits = {
  answerMilliseconds: 1000,
  stallMilliseconds: 1000,
  totalMilliseconds: 30_000,
  attempts: 3,
  fruitfulBytes: 1 << 18,
  backoffMilliseconds: 5,
  redirects: 5,
};
const packed = tinyPacked.get(trainImagesFile)!;

let home: string;
let mirrors: FakeMirror[];
let warnings: Problem[];
let notes: string[];
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'assay-mirrors-'));
  mirrors = [];
  warnings = [];
  notes = [];
});
afterEach(async () => {
  await Promise.all(mirrors.map((mirror) => mirror.stop()));
  chmodSync(home, 0o755);
  rmSync(home, { recursive: true, force: true });
});

const folder = () => join(home, 'datasets', 'tiny');

async function start(behaviour?: Behaviour): Promise<FakeMirror> {
  const mirror = await FakeMirror.start(behaviour);
  mirrors.push(mirror);
  return mirror;
}

interface LoadOptions {
  environment?: Record<string, string>;
  signal?: AbortSignal;
  limits?: Partial<DownloadLimits>;
  addresses?: string[];
}

function load(options: LoadOptions = {}): Promise<Dataset> {
  const addresses = options.addresses ?? mirrors.map((mirror) => mirror.url);
  const source = new IdxDatasetSource(tinySpecification(addresses), {
    environment: { ASSAY_DATA_HOME: home, ...options.environment },
    limits: { ...limits, ...options.limits },
  });
  return source.load({
    seed: 1,
    signal: options.signal ?? new AbortController().signal,
    onProgress: ({ done, total, unit, note }) => notes.push(`${done}/${total} ${unit} ${note}`),
    onWarning: (problem) => warnings.push(problem),
  });
}

function expectTiny(dataset: Dataset): void {
  expect(dataset.train.count).toBe(200);
  expect(dataset.test.shape).toEqual([28, 28, 1]);
  expect(
    Buffer.from(dataset.train.pixels).equals(tinyFiles.get('train-images-idx3-ubyte')!.subarray(16)),
  ).toBe(true);
  expect([...dataset.test.labels.subarray(0, 12)]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1]);
}

async function problemOf(promise: Promise<unknown>): Promise<Problem> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ProblemError)) throw new Error(`no ProblemError: ${String(error)}`);
  expect(error.problems).toHaveLength(1);
  return error.problems[0]!;
}

/** The reason that the only mirror gave for the training images. */
async function reasonOf(options: LoadOptions = {}): Promise<string> {
  const { code, message } = await problemOf(load(options));
  expect(code).toBe('no-dataset');
  const line = message.split('\n').at(-1)!;
  const start = `  - ${mirrors[0]!.url}${trainImagesFile} `;
  expect(line.startsWith(start)).toBe(true);
  return line.slice(start.length);
}

describe('a mirror that behaves', () => {
  it('brings the data, with progress, and keeps it: a second time nothing is asked for', async () => {
    const mirror = await start();
    expectTiny(await load());
    expect(readdirSync(folder()).sort()).toEqual([...tinyPacked.keys()].sort());
    expect(notes).toContain(`${packed.length}/${packed.length} bytes ${trainImagesFile} from ${mirror.url}`);
    expect(mirror.requests).toHaveLength(4);
    expectTiny(await load());
    expect(mirror.requests).toHaveLength(4);
    expect(warnings).toEqual([]);
  });

  it('serves files that are not packed', async () => {
    await start(({ response, name }) => response.end(tinyFiles.get(name.replace('.gz', ''))));
    expectTiny(await load());
    expect(readdirSync(folder()).sort()).toEqual([...tinyFiles.keys()].sort());
  });

  it('serves four downloads of the same files at once', async () => {
    await start();
    for (const dataset of await Promise.all([load(), load(), load(), load()])) expectTiny(dataset);
    expect(readdirSync(folder()).sort()).toEqual([...tinyPacked.keys()].sort());
  });

  it('replaces a copy that rotted, with a warning', async () => {
    await start();
    await load();
    const rotten = join(folder(), 't10k-labels-idx1-ubyte.gz');
    writeFileSync(
      rotten,
      gzipSync(Buffer.concat([tinyFiles.get('t10k-labels-idx1-ubyte')!.subarray(0, 57), Buffer.of(3)])),
    );
    expectTiny(await load());
    expect(warnings.map(({ code }) => code)).toEqual(['rotten-download']);
    expect(warnings[0]!.message).toMatch(
      /^expected .*t10k-labels-idx1-ubyte\.gz to have the SHA-256 [0-9a-f]{64} when unpacked, got [0-9a-f]{64}; it is downloaded anew$/,
    );
  });
});

describe('a mirror that cuts off', () => {
  it('is resumed where it stopped', async () => {
    const mirror = await start(
      forTrainImages((exchange) => (exchange.earlier === 0 ? cutAfter(60_000)(exchange) : honest(exchange))),
    );
    expectTiny(await load());
    expect(mirror.requests.slice(0, 2)).toEqual([
      `${trainImagesFile} whole`,
      `${trainImagesFile} bytes=60000-`,
    ]);
  });

  it('is resumed by a later run too, under the same edition', async () => {
    const failing = cutAfter(60_000);
    let broken = true;
    const mirror = await start(forTrainImages((exchange) => (broken ? failing : honest)(exchange)));
    expect(await reasonOf({ limits: { attempts: 1 } })).toBe('broke off (aborted)');
    expect(readdirSync(folder())).toEqual([`${trainImagesFile}.part`]);
    broken = false;
    expectTiny(await load());
    expect(mirror.requests[1]).toBe(`${trainImagesFile} bytes=60000-`);
    expect(readdirSync(folder()).sort()).toEqual([...tinyPacked.keys()].sort());
  });

  it('begins anew when the server knows no ranges', async () => {
    const mirror = await start(
      forTrainImages(({ response, bytes, earlier, ...rest }) => {
        if (earlier === 0) cutAfter(60_000)({ response, bytes, earlier, ...rest });
        else response.writeHead(200, { etag }).end(bytes);
      }),
    );
    expectTiny(await load());
    expect(mirror.requests[1]).toBe(`${trainImagesFile} bytes=60000-`);
  });

  it('begins anew when the server gives no mark to tell its editions apart', async () => {
    const mirror = await start(
      forTrainImages((exchange) => (exchange.earlier === 0 ? cutAfter(60_000, {}) : honest)(exchange)),
    );
    expectTiny(await load());
    expect(mirror.requests[1]).toBe(`${trainImagesFile} whole`);
  });

  it('begins anew when the range that comes is another one', async () => {
    await start(
      forTrainImages((exchange) => {
        const { response, bytes, earlier } = exchange;
        if (earlier === 0) cutAfter(60_000)(exchange);
        else if (earlier === 1) {
          response
            .writeHead(206, { 'content-range': `bytes 10-${bytes.length - 1}/${bytes.length}` })
            .end(bytes.subarray(10));
        } else honest(exchange);
      }),
    );
    expectTiny(await load());
  });

  it('begins anew when the first half turns out to be of another edition', async () => {
    const mirror = await start(
      forTrainImages((exchange) => {
        // The edition changes, its mark does not: the join has wrong bytes, a fresh transfer the right ones.
        if (exchange.earlier === 0)
          cutAfter(60_000)({ ...exchange, bytes: Buffer.alloc(exchange.bytes.length, 7) });
        else honest(exchange);
      }),
    );
    expectTiny(await load());
    expect(mirror.requests.slice(0, 3)).toEqual([
      `${trainImagesFile} whole`,
      `${trainImagesFile} bytes=60000-`,
      `${trainImagesFile} whole`,
    ]);
  });

  it('is given up after as many tries as agreed, and the next mirror asked', async () => {
    const broken = await start(forTrainImages(cutAfter(1000, {})));
    const good = await start();
    expectTiny(await load());
    expect(broken.requests).toEqual(Array.from({ length: 3 }, () => `${trainImagesFile} whole`));
    // The one that served is asked first for the other files.
    expect(good.requests).toHaveLength(4);
    expect(warnings).toEqual([
      {
        code: 'mirror-failed',
        message: `${broken.url}${trainImagesFile} broke off (aborted), 3 times in a row; the next mirror was asked`,
      },
    ]);
  });

  it('is resumed as often as it takes while each transfer brings enough', async () => {
    const step = 20_000;
    const mirror = await start(
      forTrainImages(({ request, response, bytes }) => {
        const from = Number(/\d+/.exec(request.headers.range ?? '')?.[0] ?? 0);
        const headers = { etag, 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` };
        response.writeHead(from === 0 ? 200 : 206, { ...headers, 'content-length': bytes.length - from });
        if (from + step >= bytes.length) response.end(bytes.subarray(from));
        else
          response.write(bytes.subarray(from, from + step), () => setTimeout(() => response.destroy(), 20));
      }),
    );
    expectTiny(await load({ limits: { fruitfulBytes: step } }));
    expect(mirror.requests.length).toBe(Math.ceil(packed.length / step) + 3);
  });
});

describe('a mirror that stalls', () => {
  it('is given up without an answer', async () => {
    await start(() => undefined);
    expect(await reasonOf()).toBe('gave no answer within 1 s');
  });

  it('is tried again where it stood still, then given up', async () => {
    await start(
      forTrainImages(({ response, bytes }) => {
        response.writeHead(200, { 'content-length': bytes.length });
        response.write(bytes.subarray(0, 500));
      }),
    );
    expect(await reasonOf({ limits: { attempts: 2, stallMilliseconds: 300 } })).toBe(
      'stalled for 0.3 s, 2 times in a row',
    );
  });

  it('can not drag a download on for longer than the limit for all of it', async () => {
    await start(
      forTrainImages(({ response, bytes }) => {
        response.writeHead(200, { 'content-length': bytes.length });
        let at = 0;
        const drip = setInterval(() => response.write(bytes.subarray(at, ++at)), 20);
        response.on('close', () => clearInterval(drip));
      }),
    );
    const { code, message } = await problemOf(load({ limits: { totalMilliseconds: 700 } }));
    expect(code).toBe('no-dataset');
    expect(message.split('\n').at(-1)).toBe('  - downloading took more than 0.7 s in all');
  });
});

describe('a mirror that lies', () => {
  it('promises more bytes than it sends', async () => {
    await start(
      forTrainImages(({ response, bytes }) => {
        response.writeHead(200, { 'content-length': bytes.length + 1000 });
        response.write(bytes, () => setTimeout(() => response.destroy(), 20));
      }),
    );
    expect(await reasonOf()).toBe('broke off (aborted), 3 times in a row');
  });

  it('promises fewer bytes than it sends', async () => {
    await start(
      forTrainImages(({ response, bytes }) => {
        // Node's own server would not lie so: written past it.
        response.socket?.end(
          Buffer.concat([Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n'), bytes]),
        );
      }),
    );
    expect(await reasonOf()).toBe(
      `sent other bytes: expected ${trainImagesFile} to be a whole gzip file, got unexpected end of file`,
    );
  });

  it('promises more bytes than the file can have', async () => {
    await start(
      forTrainImages(({ response }) =>
        response.writeHead(200, { 'content-length': 10 ** 12 }).flushHeaders(),
      ),
    );
    expect(await reasonOf()).toBe('says its file has 1000000000000 bytes, more than the 158452 it can have');
  });

  it('sends without end', async () => {
    await start(
      forTrainImages(({ response }) => {
        const more = (): unknown =>
          response.write(Buffer.alloc(1 << 16), (error) => error ?? setImmediate(more));
        more();
      }),
    );
    expect(await reasonOf()).toBe('sends more than 158452 bytes');
  });

  it('serves a page instead of the file', async () => {
    await start(forTrainImages(({ response }) => response.end('<html>Please log in</html>')));
    expect(await reasonOf()).toBe(
      `sent other bytes: expected ${trainImagesFile} to be an IDX file of images (magic 0x00000803), got 0x3c68746d`,
    );
  });

  it('serves other images of the same size', async () => {
    const other = Buffer.from(tinyFiles.get('train-images-idx3-ubyte')!);
    other[1000]! ^= 1;
    await start(forTrainImages(({ response }) => response.end(gzipSync(other))));
    expect(await reasonOf()).toMatch(
      /^sent other bytes: expected train-images-idx3-ubyte\.gz to have the SHA-256 [0-9a-f]{64} when unpacked, got [0-9a-f]{64}$/,
    );
    expect(readdirSync(folder())).toEqual([]);
  });

  it('serves a gzip bomb', async () => {
    const bomb = gzipSync(Buffer.alloc(100_000_000));
    await start(forTrainImages(({ response }) => response.end(bomb)));
    expect(await reasonOf()).toBe(
      `sent other bytes: expected ${trainImagesFile} to be at most 156816 bytes when unpacked, got more`,
    );
  });
});

describe('a mirror that redirects', () => {
  it('is followed', async () => {
    const good = await start();
    await start(({ response, name }) => response.writeHead(302, { location: good.url + name }).end());
    expectTiny(await load({ addresses: [mirrors[1]!.url] }));
  });

  it('in a circle is given up', async () => {
    const mirror = await start(({ request, response }) =>
      response.writeHead(301, { location: request.url }).end(),
    );
    expect(await reasonOf()).toBe('redirects more than 5 times');
    expect(mirror.requests).toHaveLength(6);
  });

  it('to a file of this machine is given up', async () => {
    await start(({ response }) => response.writeHead(302, { location: 'file:///etc/passwd' }).end());
    expect(await reasonOf()).toBe('redirects to no http or https address');
  });
});

describe('a mirror that refuses', () => {
  it('with 404 is asked once', async () => {
    const mirror = await start(({ response }) => response.writeHead(404).end());
    expect(await reasonOf()).toBe('answered 404 Not Found');
    expect(mirror.requests).toHaveLength(1);
  });

  it('with 503 is asked again, and may recover', async () => {
    const mirror = await start((exchange) =>
      exchange.earlier < 2 ? exchange.response.writeHead(503).end() : honest(exchange),
    );
    expectTiny(await load());
    expect(mirror.requests).toHaveLength(12);
  });

  it('with 500 for ever is given up', async () => {
    await start(({ response }) => response.writeHead(500).end());
    expect(await reasonOf()).toBe('answered 500 Internal Server Error, 3 times in a row');
  });
});

describe('without any copy', () => {
  it('one error names everything that was tried and the ways out', async () => {
    const mirror = await start(({ response }) => response.writeHead(404).end());
    const gone = await start();
    const address = gone.url;
    await gone.stop();
    mirrors.pop();
    const problem = await problemOf(load({ addresses: [mirror.url, address, 'ftp://example.org/'] }));
    expect(problem).toEqual({
      code: 'no-dataset',
      message: [
        'expected a copy of the data set "tiny", got none; tried',
        '  - ASSAY_DATASETS: not set',
        `  - ${folder()} lacks train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte`,
        `  - ${mirror.url}${trainImagesFile} answered 404 Not Found`,
        `  - ${address}${trainImagesFile} could not be reached (connect ECONNREFUSED ${new URL(address).host})`,
        `  - ftp://example.org/${trainImagesFile} is no http or https address`,
      ].join('\n'),
      fix:
        'set ASSAY_DATASETS to a folder that has tiny/train-images-idx3-ubyte.gz and the three other files, ' +
        'or connect to the network and run again (ASSAY_TINY_MIRRORS can name other mirrors, separated by commas)',
    });
  });

  it('mirrors can be named by the environment', async () => {
    const mirror = await start();
    const named = ` ${mirror.url.slice(0, -1)} ,`;
    expectTiny(
      await load({ addresses: ['http://127.0.0.1:1/'], environment: { ASSAY_TINY_MIRRORS: named } }),
    );
  });

  it('a data folder that can not be written is said', async () => {
    await start();
    const inTheWay = join(home, 'file');
    writeFileSync(inTheWay, '');
    const problem = await problemOf(load({ environment: { ASSAY_DATA_HOME: inTheWay } }));
    expect(problem.code).toBe('data-folder-unwritable');
    expect(problem.message).toBe(
      `expected the data folder ${join(inTheWay, 'datasets', 'tiny')} to be writable, got ENOTDIR: not a directory, mkdir '${join(inTheWay, 'datasets', 'tiny')}'`,
    );
    expect(problem.fix).toBe('free some space, or set ASSAY_DATA_HOME to a folder that can be written');
  });

  it('giving up under way ends at once, and what came is kept for the next time', async () => {
    const controller = new AbortController();
    const mirror = await start(
      forTrainImages((exchange) => {
        if (exchange.earlier > 0) {
          honest(exchange);
          return;
        }
        exchange.response.writeHead(200, { etag, 'content-length': exchange.bytes.length });
        exchange.response.write(exchange.bytes.subarray(0, 60_000), () =>
          setTimeout(() => controller.abort(new Error('Ctrl-C')), 50),
        );
      }),
    );
    await expect(load({ signal: controller.signal })).rejects.toThrow('Ctrl-C');
    expectTiny(await load());
    expect(mirror.requests[1]).toBe(`${trainImagesFile} bytes=60000-`);
  });

  it('a part left by a process that was killed is taken over, one of a living process is not', async () => {
    const mirror = await start();
    // No process has the highest id there is; process 1 lives always.
    const left = join(folder(), `${trainImagesFile}.part-4194304-0123abcd`);
    const inUse = join(folder(), `${trainImagesFile}.part-1-0123abcd`);
    for (const [part, count] of [
      [left, 60_000],
      [inUse, 70_000],
    ] as const) {
      mkdirSync(part, { recursive: true });
      writeFileSync(join(part, 'bytes'), packed.subarray(0, count));
      writeFileSync(
        join(part, 'origin.json'),
        JSON.stringify({ url: mirror.url + trainImagesFile, validator: etag }),
      );
    }
    expectTiny(await load());
    expect(mirror.requests[0]).toBe(`${trainImagesFile} bytes=60000-`);
    expect([existsSync(left), existsSync(inUse)]).toEqual([false, true]);
  });
});

describe('a folder that the user brought', () => {
  it('is used in place, and nothing else is touched', async () => {
    const mirror = await start();
    writeTiny(home);
    expectTiny(await load({ environment: { ASSAY_DATASETS: home } }));
    expect(mirror.requests).toEqual([]);
    expect(existsSync(join(home, 'datasets'))).toBe(false);
  });

  it('may hold the files unpacked', async () => {
    mkdirSync(join(home, 'tiny'));
    for (const [name, bytes] of tinyFiles) writeFileSync(join(home, 'tiny', name), bytes);
    expectTiny(await load({ environment: { ASSAY_DATASETS: home } }));
  });

  it('is passed over with a warning when files are missing', async () => {
    await start();
    const folder = writeTiny(home);
    rmSync(join(folder, 't10k-labels-idx1-ubyte.gz'));
    expectTiny(await load({ environment: { ASSAY_DATASETS: home } }));
    expect(warnings).toEqual([
      {
        code: 'dataset-not-brought',
        message: `ASSAY_DATASETS is set, but ${folder} lacks t10k-labels-idx1-ubyte`,
      },
    ]);
  });

  it('says so when the folder of the data set itself is named', async () => {
    await start();
    const folder = writeTiny(home);
    expectTiny(await load({ environment: { ASSAY_DATASETS: folder } }));
    expect(warnings).toMatchObject([
      { fix: `the files lie in ${folder} itself: set ASSAY_DATASETS to ${home}` },
    ]);
  });

  it('with other bytes in it is refused, not passed over', async () => {
    await start();
    const other = Buffer.from(tinyFiles.get('train-labels-idx1-ubyte')!);
    other[8] = 9;
    const folder = writeTiny(home, { 'train-labels-idx1-ubyte.gz': gzipSync(other) });
    const problem = await problemOf(load({ environment: { ASSAY_DATASETS: home } }));
    expect(problem.code).toBe('wrong-checksum');
    const wanted = tinySpecification([]).trainLabels.sha256;
    expect(
      problem.message.startsWith(
        `expected ${folder}/train-labels-idx1-ubyte.gz to have the SHA-256 ${wanted} when unpacked, got `,
      ),
    ).toBe(true);
    expect(problem.fix).toBe('replace it by a whole copy, or remove it to have it downloaded');
  });

  it('whose file is a folder is refused', async () => {
    const folder = writeTiny(home);
    rmSync(join(folder, trainImagesFile));
    mkdirSync(join(folder, trainImagesFile));
    const problem = await problemOf(load({ environment: { ASSAY_DATASETS: home } }));
    expect(problem.message).toBe(`${folder}/${trainImagesFile} can't be read: it is no regular file`);
  });
});
