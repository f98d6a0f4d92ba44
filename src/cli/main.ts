/** The command line: which commands there are and what they take. What a command does lies in `commands/`, loaded when it is called. */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { assayVersion } from '../core/version.js';
import type { CollectOptions, VerifyOptions } from './commands/cache.js';
import type { CompareOptions } from './commands/compare.js';
import type { InstallEngineOptions } from './commands/engine.js';
import type { ExportOptions } from './commands/export.js';
import type { PlanOptions } from './commands/plan.js';
import type { RunOptions } from './commands/run.js';
import type { RunsOptions } from './commands/runs.js';
import type { ServeOptions } from './commands/serve.js';
import type { ShowOptions } from './commands/show.js';
import type { SweepOptions } from './sweep-options.js';
import { exitCodes, say } from './output.js';

interface JsonOption {
  readonly json?: boolean;
}

function collect(value: string, before: readonly string[]): string[] {
  return [...before, value];
}

const setOption = (): Option =>
  new Option(
    '--set <path=value>',
    'set something differently, by dotted path; the value is YAML (repeatable)',
  )
    .argParser(collect)
    .default([], 'none');
const threadsOption = (): Option =>
  new Option('--threads <count>', 'threads that the engine may compute with (default: all cores)');
const jsonOption = (): Option => new Option('--json', 'print one JSON object on standard output');

function describeCommands(program: Command, end: (code: number) => void): void {
  program
    .command('run')
    .description('run an experiment: what is cached is taken, the rest is done')
    .argument('<experiment>', 'an experiment file, such as experiments/quickstart.yaml')
    .addOption(setOption())
    .addOption(threadsOption())
    .option('--verify-engine', "compare the engine's first batches with plain JavaScript")
    .addOption(jsonOption())
    .action(async (file: string, options: RunOptions) =>
      end(await (await import('./commands/run.js')).runCommand(file, options)),
    );
  program
    .command('sweep')
    .description("search an experiment's space; the same command goes on after a crash or Ctrl-C")
    .argument('<experiment>', 'an experiment file with a sweep: block')
    .addOption(setOption())
    .option('--workers <count>', 'how many trials run at once (default: as many as there are cores)')
    .option('--trials <count>', 'how many trials there are to be in all')
    .option('--budget <time>', 'how long it may take in all: 30m, 8h')
    .option('--name <name>', 'under which it is recorded, and gone on with (default: of the experiment)')
    .option('--threads <count>', 'threads of each trial (default: cores ÷ workers, kept when it goes on)')
    .option('--executor <kind>', 'processes, or inline: one trial at a time in this process', 'processes')
    .option('--fail-fast', 'end with the first trial that fails')
    .addOption(jsonOption())
    .action(async (file: string, options: SweepOptions) =>
      end(await (await import('./commands/sweep.js')).sweepCommand(file, options)),
    );
  program
    .command('plan')
    .description('say what would run, what is cached, and why')
    .argument('<experiment>', 'an experiment file')
    .addOption(setOption())
    .addOption(threadsOption())
    .addOption(jsonOption())
    .action(async (file: string, options: PlanOptions) =>
      end(await (await import('./commands/plan.js')).planCommand(file, options)),
    );
  program
    .command('validate')
    .description('check experiment, pipeline and network files; run nothing')
    .argument('<files...>', 'files to check')
    .addOption(jsonOption())
    .action(async (files: string[], options: JsonOption) =>
      end(await (await import('./commands/validate.js')).validateCommand(files, options)),
    );
  program
    .command('runs')
    .description('list recorded runs')
    .option('--where <expression>', 'only those, such as: accuracy > 0.98 and train.batchSize = 64')
    .option('--sort <names>', 'by these, comma-separated; - before a name turns it round: -accuracy')
    .option('--limit <count>', 'at most so many')
    .addOption(jsonOption())
    .option('--csv', 'print CSV on standard output')
    .action(async (options: RunsOptions) =>
      end(await (await import('./commands/runs.js')).runsCommand(options)),
    );
  program
    .command('show')
    .description('show one run: configuration, stages, metrics')
    .argument('[run]', 'its name, the beginning of it, or "latest"', 'latest')
    .option('--path <stage>', "print nothing but the folder of a stage's output")
    .addOption(jsonOption())
    .action(async (run: string, options: ShowOptions) =>
      end(await (await import('./commands/show.js')).showCommand(run, options)),
    );
  program
    .command('status')
    .description('say how far sweeps are, from any terminal')
    .argument('[sweep]', 'its name; all sweeps when none is given')
    .addOption(jsonOption())
    .action(async (sweep: string | undefined, options: JsonOption) =>
      end(await (await import('./commands/status.js')).statusCommand(sweep, options)),
    );
  program
    .command('serve')
    .description('show sweeps as they go, runs and reports in the browser')
    .option('--port <number>', 'where to listen (default: 7357, or the next that is free)')
    .option('--host <address>', 'an address of this machine that others may reach', '127.0.0.1')
    .option('--open', 'open the page in the browser')
    .addOption(jsonOption())
    .action(async (options: ServeOptions) =>
      end(await (await import('./commands/serve.js')).serveCommand(options)),
    );
  describeComparison(program, end);
  describeCache(program, end);
  describeEngine(program, end);
  program
    .command('doctor')
    .description('say what Assay finds on this machine, and what it lacks')
    .addOption(jsonOption())
    .action(async (options: JsonOption) =>
      end(await (await import('./commands/doctor.js')).doctorCommand(options)),
    );
}

const sweepOption = (): Option =>
  new Option('--sweep <name>', 'the runs of a sweep').argParser((name, before?: string) => {
    if (before === undefined) return name;
    const both = [before, name].map((one) => `sweep = ${JSON.stringify(one)}`).join(' or ');
    throw new InvalidArgumentError(`There may be one; of several: --where '${both}'`);
  });
const whereOption = (): Option =>
  new Option('--where <expression>', 'runs by an expression, as for assay runs: accuracy > 0.98');

function describeComparison(program: Command, end: (code: number) => void): void {
  program
    .command('compare')
    .description('compare runs: what won, why, and what to try next, on one page')
    .argument('[runs...]', 'runs, as assay show takes them')
    .addOption(sweepOption())
    .addOption(whereOption())
    .option(
      '--format <format>',
      "html, md (for the comment of a pull request), csv or json (default: by --output's ending, else html)",
    )
    .option('--output <file>', 'where to (default: html into runs/comparisons/, else standard output)')
    .option(
      '--by <metric>',
      "order by it: validation.loss, or with its goal score:min or score:max (default: the sweep's)",
    )
    .option('--template <folder>', 'templates of your own for the page (docs/comparison.md)')
    .option('--title <title>', 'of the page')
    .option('--open', 'open it')
    .addOption(jsonOption())
    .action(async (runs: string[], options: CompareOptions) =>
      end(await (await import('./commands/compare.js')).compareCommand(runs, options)),
    );
  program
    .command('export')
    .description('write runs and their curves in the formats of other tools (all runs unless some are named)')
    .argument('[runs...]', 'runs, as assay show takes them')
    .addOption(sweepOption())
    .addOption(whereOption())
    .option('--format <format>', 'csv, json, parquet, tensorboard or notebook')
    .option('--output <folder>', 'where to')
    .addOption(jsonOption())
    .action(async (runs: string[], options: ExportOptions) =>
      end(await (await import('./commands/export.js')).exportCommand(runs, options)),
    );
}

function describeCache(program: Command, end: (code: number) => void): void {
  const cache = program.command('cache').description('look after cached artifacts');
  cache
    .command('ls')
    .description('list what is cached')
    .addOption(jsonOption())
    .action(async (options: JsonOption) =>
      end(await (await import('./commands/cache.js')).cacheList(options)),
    );
  cache
    .command('verify')
    .description('read everything and compare its digest')
    .option('--drop', 'remove what is rotten, so that the next run makes it anew')
    .addOption(jsonOption())
    .action(async (options: VerifyOptions) =>
      end(await (await import('./commands/cache.js')).cacheVerify(options)),
    );
  cache
    .command('gc')
    .description('remove what is not needed; without options: what no kept run uses')
    .option('--older-than <age>', 'what was not used for so long: 12h, 30d, 8w')
    .option('--max-size <size>', 'the least recently used, until no more than this is left: 500MB, 20GB')
    .option('--unused', 'what no recorded run uses')
    .option('--dry-run', 'only say what would go')
    .addOption(jsonOption())
    .action(async (options: CollectOptions) =>
      end(await (await import('./commands/cache.js')).cacheCollect(options)),
    );
}

function describeEngine(program: Command, end: (code: number) => void): void {
  const engine = program.command('engine').description('install an engine that npm alone does not bring');
  engine
    .command('install')
    .description('build @tensorflow/tfjs-node against the libtensorflow of a Python TensorFlow')
    .argument('<engine>', 'tensorflow')
    .option('--python <command>', 'a Python 3 with TensorFlow, or with pip to fetch it', 'python3')
    .addOption(jsonOption())
    .action(async (name: string, options: InstallEngineOptions) =>
      end(await (await import('./commands/engine.js')).engineInstall(name, options)),
    );
  engine
    .command('uninstall')
    .description('remove what assay engine install made')
    .argument('<engine>', 'tensorflow')
    .addOption(jsonOption())
    .action(async (name: string, options: JsonOption) =>
      end(await (await import('./commands/engine.js')).engineUninstall(name, options)),
    );
}

/** Runs the command line and returns the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  let code: number = exitCodes.done;
  const program = new Command('assay')
    .description(
      'Declarative machine-learning experiments: YAML in, a trained, recorded and reported run out.',
    )
    .version(assayVersion())
    .showHelpAfterError('(assay --help says what there is)')
    .exitOverride();
  describeCommands(program, (ended) => {
    code = ended;
  });
  for (const command of [program, ...program.commands]) command.exitOverride().showSuggestionAfterError();
  try {
    await program.parseAsync(argv, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.invalid;
    const bug = error instanceof Error ? error : new Error(String(error));
    say(`something in Assay broke that should not: ${bug.name}: ${bug.message}`);
    say(
      process.env['ASSAY_DEBUG'] === undefined
        ? 'set ASSAY_DEBUG=1 to see where, and please report it'
        : (bug.stack ?? ''),
    );
    return exitCodes.failed;
  }
}
