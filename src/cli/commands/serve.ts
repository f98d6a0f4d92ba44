/** `assay serve`: the live page, until Ctrl-C. */
import { once } from 'node:events';
import { hostname } from 'node:os';
import { lowerPriority } from '../../core/lower-priority.js';
import type { Problem } from '../../core/problem.js';
import { openFile } from '../open-file.js';
import { exitCodes, print, printJson, refuse, say } from '../output.js';
import { openProject } from '../wire.js';

export interface ServeOptions {
  readonly port?: string;
  readonly host: string;
  readonly open?: boolean;
  readonly json?: boolean;
}

/** "RUNS" on a telephone's keys begins so; what matters is that it is nobody's. */
const usualPort = 7357;
const portsTried = 20;

function parsePort(text: string | undefined): number | Problem {
  if (text === undefined) return usualPort;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (port <= 65_535) return port;
  return {
    code: 'invalid-option',
    message: `expected --port to be a whole number from 0 to 65535, got ${JSON.stringify(text)}`,
  };
}

/** Ends with 0 on Ctrl-C and SIGTERM: nothing was interrupted, ending is what was asked for. */
export async function serveCommand(options: ServeOptions): Promise<number> {
  const port = parsePort(options.port);
  if (typeof port !== 'number') return refuse([port], options);
  const { runsFolder } = openProject();
  const [{ startLiveServer }, { isEverywhere, isLoopback }] = await Promise.all([
    import('../../server/live-server.js'),
    import('../../server/hosts.js'),
  ]);
  const { host } = options;
  // What an empty variable makes of `--host "$ADDRESS"` would be every address of this machine.
  if (host.trim() === '') {
    const message = 'expected --host to be an address of this machine, got ""';
    return refuse([{ code: 'invalid-option', message, fix: 'leave --host out' }], options);
  }
  // A port that was asked for is that one or none.
  const more = options.port === undefined ? portsTried : 0;
  // Whoever trains on this machine comes first, trials of a sweep too, whose own priority is low.
  lowerPriority(19);
  const stopped = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  const started = await startLiveServer({ runsFolder, host, port, more });
  if (!started.ok) return refuse(started.problems, options);
  const server = started.value;
  if (!isLoopback(server.address))
    say(
      `warning: ${host} can be reached from other machines: whoever reaches it reads all runs and reports of this project`,
    );
  if (isEverywhere(server.address))
    say(`from other machines: http://${hostname()}:${server.port}/, or by its address`);
  if (options.port === undefined && server.port !== usualPort)
    say(`port ${usualPort} is taken, so it is ${server.port} this time`);
  if (options.json === true) printJson({ url: server.url, host, port: server.port, pid: process.pid });
  else {
    print(server.url);
    say('the live page is served until Ctrl-C');
  }
  if (options.open === true && !(await openFile(server.url)))
    say('nothing here opens it by itself: open the address above in a browser');
  await stopped;
  await server.close();
  return exitCodes.done;
}
