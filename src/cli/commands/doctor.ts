/** `assay doctor`: what this machine has, what it lacks, and how to get it. */
import { existsSync } from 'node:fs';
import { formatBytes } from '../../core/format-units.js';
import { assayVersion } from '../../core/version.js';
import { machineFacts } from '../../run/environment.js';
import { exitCodes, print, printJson } from '../output.js';
import { addonFix } from '../../tracking/database-problem.js';
import { openProject } from '../wire.js';
import { engineFindings, type EngineFinding } from './doctor-engines.js';

interface Finding {
  readonly what: string;
  readonly fine: boolean;
  readonly says: string;
  readonly fix?: string | undefined;
  readonly engine?: EngineFinding['engine'];
}

async function databaseFinding(): Promise<Finding> {
  try {
    const { default: Database } = await import('better-sqlite3');
    const database = new Database(':memory:');
    const version = database.prepare('select sqlite_version()').pluck().get() as string;
    database.close();
    return { what: 'sqlite', fine: true, says: `better-sqlite3 with SQLite ${version}` };
  } catch (error) {
    const [says = 'it does not load'] = (error as Error).message.split(/\n|\. Tried:/, 1);
    return {
      what: 'sqlite',
      fine: false,
      says,
      fix: addonFix,
    };
  }
}

function dataFinding(): Finding {
  const folder = process.env['ASSAY_DATASETS'];
  const what = 'data sets';
  if (folder === undefined || folder === '') {
    return {
      what,
      fine: true,
      says: 'ASSAY_DATASETS is not set: data sets are downloaded when first needed',
    };
  }
  if (existsSync(folder)) return { what, fine: true, says: `ASSAY_DATASETS is ${folder}` };
  return {
    what,
    fine: false,
    says: `ASSAY_DATASETS is ${folder}, which is not there`,
    fix: 'set it to a folder that is',
  };
}

export async function doctorCommand(options: { json?: boolean }): Promise<number> {
  const machine = machineFacts();
  const project = openProject();
  const findings: Finding[] = [
    { what: 'assay', fine: true, says: assayVersion() },
    { what: 'node', fine: true, says: `${process.versions.node} on ${process.platform} ${process.arch}` },
    {
      what: 'machine',
      fine: true,
      says: `${machine.cores} cores (${machine.processor}), ${formatBytes(machine.memoryBytes)}`,
    },
    { what: 'project', fine: true, says: project.root },
    await databaseFinding(),
    dataFinding(),
    ...(await engineFindings()),
  ];
  // A missing optional engine is no failure as long as one engine is there.
  const works = findings.every(({ what, fine }) => fine || what.startsWith('engine') || what === 'data sets');
  const anEngine = findings.some(({ what, fine }) => fine && what.startsWith('engine'));
  if (options.json === true) {
    printJson({ status: works && anEngine ? 'fine' : 'broken', findings });
  } else {
    const width = Math.max(...findings.map(({ what }) => what.length));
    for (const { what, fine, says, fix } of findings) {
      print(`${fine ? '✓' : '✗'} ${what.padEnd(width)}  ${says}`);
      if (fix !== undefined) print(`  ${' '.repeat(width)}  fix: ${fix}`);
    }
  }
  return works && anEngine ? exitCodes.done : exitCodes.failed;
}
