/** What the live page's server refuses: whatever is no plain reading request by a page of its own or by nobody's. */
import { connect } from 'node:net';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname, networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Rig } from '../support/rig.js';
import { ask, RecordedByHand, sendRaw, eventually, serve, type Served } from './support.js';

describe('the server of the live page', () => {
  const rig = new Rig();
  let served: Served;

  beforeAll(async () => {
    rig.write('package.json', '{ "name": "served", "private": true }\n');
    rig.write('secret.html', '<p>secret</p>');
    rig.write('runs/a-20261123-000000-3f9a/report.html', '<h1>report</h1><script>parent.x = 1</script>');
    rig.write('runs/comparisons/both.html', '<h1>both</h1>');
    rig.write('runs/.hidden/report.html', '<p>secret</p>');
    rig.write('runs/.hidden.html', '<p>secret</p>');
    rig.write('runs/plain.txt', 'secret');
    rig.write('outside/report.html', '<p>secret</p>');
    symlinkSync(join(rig.folder, 'outside'), join(rig.folder, 'runs/linked'));
    symlinkSync(join(rig.folder, 'secret.html'), join(rig.folder, 'runs/link.html'));
    mkdirSync(join(rig.folder, 'runs/folder.html'));
    execFileSync('mkfifo', [join(rig.folder, 'runs/pipe.html')]);
    const recorded = new RecordedByHand(rig);
    recorded.finish();
    recorded.close();
    served = await serve(rig);
  });
  afterAll(async () => {
    await served.stop();
    rig[Symbol.dispose]();
  });

  it('serves reports in a sandbox without an origin, and lists those that are of no run', async () => {
    const report = await ask(served, '/files/a-20261123-000000-3f9a/report.html');
    expect(report.status).toBe(200);
    expect(report.body).toBe('<h1>report</h1><script>parent.x = 1</script>');
    const policy = report.headers['content-security-policy'];
    expect(policy).toMatch(/^sandbox allow-scripts allow-downloads;/);
    expect(policy).not.toMatch(/allow-same-origin|allow-top|connect-src|https?:/);
    expect(policy).toContain("default-src 'none'");
    expect(report.headers['x-content-type-options']).toBe('nosniff');
    expect((await ask(served, '/')).body).toContain(
      'href="/files/comparisons/both.html">comparisons/both.html</a>',
    );
    const tag = report.headers.etag!;
    const again = await ask(served, '/files/a-20261123-000000-3f9a/report.html', {
      headers: { 'If-None-Match': tag },
    });
    expect([again.status, again.body]).toEqual([304, '']);
  });

  it.each([
    '/files/../secret.html',
    '/files/%2e%2e/secret.html',
    '/files/%2E%2E%2Fsecret.html',
    '/files/..%2fsecret.html',
    '/files/..%5csecret.html',
    '/files/..\\secret.html',
    '/files/%252e%252e/secret.html',
    '/files/%c0%ae%c0%ae/secret.html',
    '/files/%e0%80%ae%e0%80%ae/secret.html',
    '/files/a-20261123-000000-3f9a/../../secret.html',
    '/files/a-20261123-000000-3f9a/%2e%2e/%2e%2e/secret.html',
    '/files/./../secret.html',
    '/files//etc/passwd',
    '/files/%2fetc%2fpasswd',
    '/files/C:%5csecret.html',
    '/files/secret.html%00.html',
    '/files/report.html%00',
    '/files/.hidden/report.html',
    '/files/.hidden.html',
    '/files/%2ehidden.html',
    '/files/plain.txt',
    '/files/assay.sqlite',
    '/files/assay.sqlite-wal',
    '/files/assay.sqlite%3f.html',
    '/files/assay.sqlite::$DATA',
    '/files/linked/report.html',
    '/files/link.html',
    '/files/folder.html',
    '/files/pipe.html',
    '/files/',
    '/files',
    '/../secret.html',
    '/assets/../../secret.html',
    '//secret.html',
    `/files/${'a/'.repeat(50)}report.html`,
    `/files/${'a'.repeat(300)}.html`,
    '/files/%zz.html',
  ])('does not find anything at %s', async (path) => {
    const { status, body } = await ask(served, path);
    expect([400, 404]).toContain(status);
    expect(body).not.toContain('secret<');
    expect(body).not.toContain('SQLite format');
    expect(body).not.toContain(rig.folder);
  });

  it('names what is wrong with a path that climbs', async () => {
    expect(await ask(served, '/files/%2e%2e/secret.html')).toMatchObject({
      status: 400,
      body: 'expected a plain path, without "..", control characters and half escapes\n',
    });
  });

  it('answers to its own names alone, so that a name made to point here gets nothing', async () => {
    const { port } = served;
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `LOCALHOST:${port}`, `[::1]:${port}`]) {
      expect((await ask(served, '/', { headers: { Host: host } })).status).toBe(200);
    }
    const others = [
      'evil.example',
      `evil.example:${port}`,
      `127.0.0.1:${port + 1}`,
      'localhost',
      `127.0.0.1.evil.example:${port}`,
    ];
    for (const host of [...others, `localhost.:${port}`, `user@127.0.0.1:${port}`]) {
      const { status, body } = await ask(served, '/', { headers: { Host: host } });
      expect([host, status]).toEqual([host, 421]);
      expect(body).toMatch(/^expected the Host header to be one of 127\.0\.0\.1:/);
    }
    expect(await sendRaw(served, 'GET / HTTP/1.1\r\nHost:\r\n\r\n')).toMatch(/^HTTP\/1\.1 421 /);
    expect(await sendRaw(served, 'GET / HTTP/1.1\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
    expect(await sendRaw(served, 'GET / HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 421 /);
    const twice = `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nHost: evil.example\r\n\r\n`;
    expect(await sendRaw(served, twice)).toMatch(/^HTTP\/1\.1 4(00|21) /);
    const absolute = `GET http://evil.example/ HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`;
    expect(await sendRaw(served, absolute)).toMatch(/^HTTP\/1\.1 400 /);
  });

  it('refuses what scripts and frames of other sites ask for, and lets links lead here', async () => {
    const status = async (headers: Record<string, string>, path = '/') =>
      (await ask(served, path, { headers })).status;
    expect(await status({ Origin: `http://127.0.0.1:${served.port}` })).toBe(200);
    for (const origin of [
      'http://evil.example',
      'null',
      `https://127.0.0.1:${served.port}`,
      `http://127.0.0.1:1`,
    ]) {
      expect([origin, await status({ Origin: origin })]).toEqual([origin, 403]);
      expect([origin, await status({ Origin: origin }, '/events')]).toEqual([origin, 403]);
    }
    expect(await status({ 'Sec-Fetch-Site': 'same-origin' })).toBe(200);
    expect(await status({ 'Sec-Fetch-Site': 'none' })).toBe(200);
    const cross = { 'Sec-Fetch-Site': 'cross-site' };
    expect(await status({ ...cross, 'Sec-Fetch-Mode': 'no-cors', 'Sec-Fetch-Dest': 'script' })).toBe(403);
    expect(await status({ ...cross, 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'iframe' })).toBe(403);
    expect(
      await status({ 'Sec-Fetch-Site': 'same-site', 'Sec-Fetch-Mode': 'cors', 'Sec-Fetch-Dest': 'empty' }),
    ).toBe(403);
    expect(await status({ ...cross, 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'document' })).toBe(200);
    const { headers } = await ask(served, '/');
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it('sends a policy with every kind of answer', async () => {
    for (const path of [
      '/',
      '/sweeps/by-hand',
      '/sweeps/none',
      '/runs/none',
      '/events?sweep=none',
      '/files/none.html',
      '/%00',
    ]) {
      const { headers } = await ask(served, path);
      expect([path, headers['content-security-policy']]).toEqual([
        path,
        expect.stringContaining("default-src 'none'"),
      ]);
      expect([path, headers['x-content-type-options']]).toEqual([path, 'nosniff']);
      expect([path, headers['referrer-policy']]).toEqual([path, 'no-referrer']);
      expect([path, headers['x-frame-options']]).toEqual([path, 'DENY']);
    }
    const page = await ask(served, '/');
    expect(page.headers['content-security-policy']).toContain("script-src 'self'");
    expect(page.headers['content-security-policy']).not.toContain('unsafe');
    const script = /src="(\/assets\/[^"]+)"/.exec(page.body)![1]!;
    expect((await ask(served, script)).headers['content-type']).toBe('text/javascript; charset=utf-8');
  });

  it.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND'])(
    'does not take %s',
    async (method) => {
      const { status, headers, body } = await ask(served, '/', { method });
      expect([status, headers.allow, body]).toEqual([
        405,
        'GET, HEAD',
        'this page is for reading: expected GET or HEAD\n',
      ]);
    },
  );

  it('answers HEAD as GET without the body, and streams without events', async () => {
    const head = await ask(served, '/', { method: 'HEAD' });
    expect([head.status, head.body]).toEqual([200, '']);
    const report = await ask(served, '/files/comparisons/both.html', { method: 'HEAD' });
    expect([report.status, report.headers['content-length'], report.body]).toEqual([200, '13', '']);
    const stream = await ask(served, '/events', { method: 'HEAD' });
    expect([stream.status, stream.headers['content-type'], stream.body]).toEqual([
      200,
      'text/event-stream; charset=utf-8',
      '',
    ]);
  });

  it('refuses requests with a body, and those that are too large', async () => {
    const host = `Host: 127.0.0.1:${served.port}\r\n`;
    const withBody = `GET / HTTP/1.1\r\n${host}Content-Length: 1000000000\r\n\r\n${'x'.repeat(70_000)}`;
    expect(await sendRaw(served, withBody)).toMatch(/^HTTP\/1\.1 413 /);
    const chunked = `GET / HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n`;
    expect(await sendRaw(served, chunked)).toMatch(/^HTTP\/1\.1 413 /);
    const posted = `POST / HTTP/1.1\r\n${host}Content-Length: 1000000000\r\n\r\n${'x'.repeat(70_000)}`;
    expect(await sendRaw(served, posted)).toMatch(/^HTTP\/1\.1 405 /);
    const waiting = `GET / HTTP/1.1\r\n${host}Content-Length: 5\r\nExpect: 100-continue\r\n\r\n`;
    expect(await sendRaw(served, waiting)).toMatch(/^HTTP\/1\.1 417 /);
    const large = `GET / HTTP/1.1\r\n${host}X-Large: ${'x'.repeat(20_000)}\r\n\r\n`;
    expect(await sendRaw(served, large)).toMatch(/^HTTP\/1\.1 431 /);
    expect(await ask(served, `/${'x'.repeat(3000)}`)).toMatchObject({
      status: 414,
      body: 'expected an address of at most 2048 characters\n',
    });
    const smuggled = `GET / HTTP/1.1\r\n${host}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /x HTTP/1.1\r\n\r\n`;
    expect(await sendRaw(served, smuggled)).toMatch(/^HTTP\/1\.1 4(00|13) /);
    expect((await ask(served, '/')).status).toBe(200);
  });

  it('ends connections that send their headers a byte at a time, or nothing at all', async () => {
    const socket = connect(served.port, '127.0.0.1');
    let answer = '';
    socket.on('data', (chunk) => (answer += chunk.toString()));
    socket.on('error', () => undefined);
    socket.write('GET / HTTP/1.1\r\n');
    const drip = setInterval(() => socket.write('X'), 300);
    const silent = connect(served.port, '127.0.0.1');
    silent.on('error', () => undefined);
    // Its end is only seen by one who reads.
    silent.resume();
    const ended = (one: typeof socket) => new Promise<void>((resolve) => one.on('close', () => resolve()));
    await Promise.all([ended(socket), ended(silent)]);
    clearInterval(drip);
    expect(answer).toMatch(/^(HTTP\/1\.1 408 |$)/);
    expect((await ask(served, '/')).status).toBe(200);
  }, 30_000);

  it('holds no more than so many connections', async () => {
    const half = 'GET / HTTP/1.1\r\n';
    const answers = await Promise.all(Array.from({ length: 200 }, () => sendRaw(served, half)));
    // Those that it holds are told when their time is over; the others are let go of without a word.
    const held = answers.filter((answer) => answer.startsWith('HTTP/1.1 408 ')).length;
    expect(held).toBeGreaterThan(0);
    expect(held).toBeLessThanOrEqual(128);
    expect(answers.filter((answer) => answer === '')).toHaveLength(200 - held);
    await eventually(async () => (await ask(served, '/').catch(() => undefined))?.status).toBe(200);
  });

  it('keeps nobody waiting for those who asked and went away', async () => {
    const { port } = served;
    const askAndGo = (): Promise<void> =>
      new Promise((resolve) => {
        const socket = connect(port, '127.0.0.1', () => {
          socket.write(`GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`, () =>
            setTimeout(() => socket.destroy(), 5),
          );
        });
        socket.on('error', () => undefined);
        socket.on('close', () => resolve());
      });
    for (let i = 0; i < 75; i++) await Promise.all(Array.from({ length: 20 }, askAndGo));
    const before = performance.now();
    expect((await ask(served, '/')).status).toBe(200);
    // At twenty a second they would have been more than a minute's work.
    expect(performance.now() - before).toBeLessThan(12_000);
  }, 120_000);

  it('ends a connection that asks for thousands of things at once, and answers the others', async () => {
    const request = `GET / HTTP/1.1\r\nHost: 127.0.0.1:${served.port}\r\n\r\n`;
    const before = performance.now();
    await sendRaw(served, request.repeat(5000));
    expect((await ask(served, '/')).status).toBe(200);
    expect(performance.now() - before).toBeLessThan(20_000);
    const few = await sendRaw(
      served,
      `${request}${request.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n')}`,
    );
    expect(few.match(/^HTTP\/1\.1 200 OK/gm)).toHaveLength(2);
  });

  it('does not follow a folder that becomes a link, nor a file that is swapped', async () => {
    rig.write('runs/swapped/report.html', '<p>mine</p>');
    expect((await ask(served, '/files/swapped/report.html')).status).toBe(200);
    execFileSync('sh', ['-c', 'rm -r runs/swapped && ln -s ../outside runs/swapped'], { cwd: rig.folder });
    expect((await ask(served, '/files/swapped/report.html')).status).toBe(404);
    writeFileSync(join(rig.folder, 'runs/empty.html'), '');
    expect(await ask(served, '/files/empty.html')).toMatchObject({ status: 200, body: '' });
  });
});

describe('assay serve', () => {
  it('takes the next port where the usual one is taken, says so, and ends with 0 on Ctrl-C', async () => {
    using rig = new Rig();
    rig.write('package.json', '{}');
    const first = await serve(rig, []);
    const second = await serve(rig, []);
    expect(second.port).toBeGreaterThan(first.port);
    expect(second.said()).toContain(`port 7357 is taken, so it is ${second.port} this time`);
    expect(await second.stop()).toMatchObject({ code: 0 });
    expect(await first.stop()).toMatchObject({ code: 0 });
  });

  it('refuses a port that was asked for and is taken, is none, or lies elsewhere', async () => {
    using rig = new Rig();
    rig.write('package.json', '{}');
    const first = await serve(rig);
    const taken = await rig.assay(['serve', '--port', String(first.port)]);
    expect(taken).toMatchObject({ code: 2, stdout: '' });
    expect(taken.stderr).toBe(
      `error[port-taken]: expected port ${first.port} of 127.0.0.1 to be free, got one that another program listens on\n` +
        '  fix: name another one with --port, or leave --port out\n\n1 problem\n',
    );
    const none = await rig.assay(['serve', '--port', '70000']);
    expect(none).toMatchObject({ code: 2 });
    expect(none.stderr).toBe(
      'error[invalid-option]: expected --port to be a whole number from 0 to 65535, got "70000"\n\n1 problem\n',
    );
    const elsewhere = await rig.assay(['serve', '--host', '192.0.2.1', '--json']);
    expect(elsewhere.code).toBe(2);
    expect(JSON.parse(elsewhere.stdout)).toMatchObject({
      status: 'invalid',
      problems: [{ code: 'host-unknown' }],
    });
    await first.stop();
  });

  it('can be reached at the address that it prints, and by the addresses that it listens on', async () => {
    using rig = new Rig();
    rig.write('package.json', '{}');
    const addresses = Object.values(networkInterfaces()).flatMap(
      (all) => all?.filter(({ family }) => family === 'IPv4').map(({ address }) => address) ?? [],
    );
    for (const host of ['0.0.0.0', '127.1', 'LocalHost']) {
      const open = await serve(rig, ['--port', '0', '--host', host]);
      expect([host, (await fetch(open.url)).status]).toEqual([host, 200]);
      expect((await ask(open, '/', { headers: { Host: `127.0.0.1:${open.port}` } })).status).toBe(200);
      expect(open.said().includes('can be reached from other machines')).toBe(host === '0.0.0.0');
      if (host === '0.0.0.0') {
        expect(open.url).toBe(`http://127.0.0.1:${open.port}/`);
        expect(open.said()).toContain(`from other machines: http://${hostname()}:${open.port}/`);
        for (const address of addresses)
          expect((await fetch(`http://${address}:${open.port}/`)).status).toBe(200);
        // An address that the request did not come to is a name like any other.
        expect((await ask(open, '/', { headers: { Host: `192.0.2.7:${open.port}` } })).status).toBe(421);
      }
      await open.stop();
    }
    const empty = await rig.assay(['serve', '--host', '']);
    expect(empty).toMatchObject({ code: 2, stdout: '' });
    expect(empty.stderr).toBe(
      'error[invalid-option]: expected --host to be an address of this machine, got ""\n  fix: leave --host out\n\n1 problem\n',
    );
  }, 150_000);

  it('warns of an address that others reach, and answers to it alone', async () => {
    using rig = new Rig();
    rig.write('package.json', '{}');
    const open = await serve(rig, ['--port', '0', '--host', '0.0.0.0']);
    await eventually(() => open.said()).toContain(
      'warning: 0.0.0.0 can be reached from other machines: whoever reaches it reads all runs and reports of this project',
    );
    expect((await ask(open, '/', { headers: { Host: `127.0.0.1:${open.port}` } })).status).toBe(200);
    expect((await ask(open, '/', { headers: { Host: `evil.example:${open.port}` } })).status).toBe(421);
    await open.stop();
  });
});
