/** Prints the peak of `peak.mjs` for one thread and for as many as named: node bench/train/peak-worker.mjs THREADS */
import { measurePeak } from './peak.mjs';

const threads = Number(process.argv[2] ?? 1);
const gigaflops = async (count) => Math.round((await measurePeak(count)) / 1e9);
console.log(JSON.stringify({ oneThread: await gigaflops(1), threads, allThreads: await gigaflops(threads) }));
