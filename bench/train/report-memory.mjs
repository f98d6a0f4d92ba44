/** Preloaded into a process (`node --import`): writes its peak memory in MB to the file of ASSAY_BENCH_MEMORY at its end. */
import { writeFileSync } from 'node:fs';

const file = process.env.ASSAY_BENCH_MEMORY;
// The unit of maxRSS is the kilobyte on every system (libuv sees to it).
if (file !== undefined)
  process.on('exit', () => writeFileSync(file, String(Math.round(process.resourceUsage().maxRSS / 1024))));
