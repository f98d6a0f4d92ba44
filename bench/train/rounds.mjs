/** Measures one arrangement: everybody in turn, round after round, on a machine that is idle before each turn. */
import { isDisturbed, waitUntilIdle } from './load.mjs';
import { runProcesses } from './run-process.mjs';
import { turns } from './statistics.mjs';

/** In how many ways the same training is measured. */
export const arrangements = (cores) => [
  { key: 'all-cores', title: `all ${cores} cores, batch 128`, threads: cores, batch: 128, processes: 1 },
  {
    key: 'one-process-per-core',
    title: `${cores} single-thread processes at once, batch 128, summed`,
    threads: 1,
    batch: 128,
    processes: cores,
  },
  { key: 'batch-32', title: `all ${cores} cores, batch 32`, threads: cores, batch: 32, processes: 1 },
  { key: 'one-thread', title: '1 thread, batch 128', threads: 1, batch: 128, processes: 1 },
];

const percent = (share) => `${Math.round(100 * share)} %`;

function tellDisturbance(when, shares, say) {
  if (isDisturbed(shares))
    say(`  not idle ${when}: others ${percent(shares.others)}, stolen ${percent(shares.steal)} of all cores`);
}

/**
 * Contestants that fail are left out from then on, which is said.
 * @returns one entry for each turn.
 */
export async function measureArrangement(arrangement, contestants, { rounds, images, wait, limit, say }) {
  const { threads, batch, processes } = arrangement;
  const failed = new Set();
  const measured = [];
  for (const { round, contestant } of turns(rounds, contestants)) {
    if (failed.has(contestant)) continue;
    if (performance.now() > 1000 * limit) {
      say('  out of time: the rest is left out');
      break;
    }
    const before = await waitUntilIdle(wait);
    tellDisturbance('before the turn', before, say);
    const command = contestant.command({ threads, batch, images, barrier: processes > 1 });
    try {
      const { results, during } = await runProcesses(command, processes);
      const sum = results.reduce((total, { line }) => total + line.images_per_s, 0);
      const wall = Math.max(...results.map((result) => result.wall));
      const accuracy = results[0].line.test_accuracy;
      say(`  ${round + 1}/${rounds} ${contestant.title}: ${sum} images/s, whole process ${wall} s`);
      tellDisturbance('during the turn', during, say);
      measured.push({
        contestant: contestant.name,
        round,
        imagesPerSecond: sum,
        processSeconds: wall,
        testAccuracy: accuracy,
        script: results[0].line.peer,
        each: results.map(({ line }) => line.images_per_s),
        before,
        during,
      });
    } catch (error) {
      failed.add(contestant);
      say(`  ${contestant.title} is left out: ${error.message}`);
    }
  }
  return measured;
}
