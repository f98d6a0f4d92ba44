/**
 * The thread that makes batches ahead: begins where it is told, goes on from batch to batch, sleeps while the ring is
 * full. Runs until it is terminated. Started by `prefetching-batch-source.ts`, imported by nobody.
 */
import { workerData } from 'node:worker_threads';
import { BatchMaker } from './batch-maker.js';
import { BatchRing, placeAfter, type BatchPlace } from './batch-ring.js';
import type { BatchWorkerData } from './prefetching-batch-source.js';

const { images, options, stepsPerEpoch, ring: memory } = workerData as BatchWorkerData;
const maker = new BatchMaker(images, options);
const ring = new BatchRing(memory);
let place: BatchPlace | undefined;
for (;;) {
  const bell = ring.bell();
  place = ring.newPlace() ?? place;
  const slot = place === undefined ? undefined : ring.free();
  if (place === undefined || slot === undefined) {
    ring.sleep(bell);
    continue;
  }
  const { epoch, step } = place;
  ring.publish(place, maker.fill(epoch, step, slot));
  place = placeAfter(place, stepsPerEpoch);
}
