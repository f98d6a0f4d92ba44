/**
 * A reader that leaves a database no rest: half of its questions by SQLite itself, some of them holding a snapshot for
 * long, half by `tracking`. Told the folder; prints what it did as JSON when its input ends.
 */
import { join } from 'node:path';
import { setImmediate } from 'node:timers';
import Sqlite from 'better-sqlite3';
import { openTracking } from '../../dist/tracking/tracking.js';

const [folder, kind] = process.argv.slice(2);
const counts = { questions: 0, errors: [], slowestMilliseconds: 0, snapshots: 0 };
let over = false;
process.stdin.on('end', () => (over = true)).resume();

async function timed(ask) {
  const start = performance.now();
  try {
    await ask();
    counts.questions++;
  } catch (error) {
    counts.errors.push(String(error.message));
  }
  counts.slowestMilliseconds = Math.max(counts.slowestMilliseconds, performance.now() - start);
  // So that the end of the input is heard.
  await new Promise((done) => setImmediate(done));
}

const value = (result) => {
  if (!result.ok) throw new Error(result.problems[0].message);
  return result.value;
};

if (kind === 'sqlite') {
  const database = new Sqlite(join(folder, 'assay.sqlite'), { readonly: true, timeout: 0 });
  const questions = [
    'SELECT count(*) FROM points WHERE series IN (SELECT id FROM series ORDER BY id DESC LIMIT 40)',
    "SELECT run, max(step), avg(value) FROM metrics WHERE key = 'loss' AND scope = 'step' GROUP BY run LIMIT 5",
    'SELECT state, count(*), max(value) FROM trials GROUP BY state',
  ].map((sql) => database.prepare(sql));
  const walk = database.prepare('SELECT value FROM points');
  for (let round = 0; !over; round++) {
    await timed(() => questions[round % questions.length].all());
    if (round % 200 !== 199) continue;
    // A snapshot kept open while the writer goes on.
    counts.snapshots++;
    await timed(async () => {
      const rows = walk.iterate();
      rows.next();
      await new Promise((done) => setTimeout(done, 500));
      rows.return();
    });
  }
  database.close();
} else {
  for (let round = 0; !over; round++) {
    await timed(async () => {
      const tracking = value(openTracking(folder, { readOnly: true, busyMilliseconds: 0 }));
      try {
        if (round % 2 === 0)
          value(await tracking.runs({ where: 'sweep = "architectures"', sort: '-trial', limit: 20 }));
        else value(await tracking.sweepProgress('architectures'));
      } finally {
        tracking.close();
      }
    });
  }
}
console.log(JSON.stringify({ kind, ...counts, slowestMilliseconds: Math.round(counts.slowestMilliseconds) }));
