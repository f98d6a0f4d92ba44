/**
 * Tells which runs were judged on the same images. Prepared data that differs in its scaling, its augmentation or its training
 * images is another artifact with the same test images: a comparison image by image stays possible.
 */
import { join } from 'node:path';
import { sha256OfFile, sha256 } from '../../core/digest.js';
import type { ComparedRun } from './compared-run.js';
import { unknownData } from './statistics/known-data.js';
import type { JudgedImages, OpenArtifact } from './gather-details.js';

interface Judged {
  readonly runs: readonly ComparedRun[];
  readonly judged: readonly JudgedImages[];
}

/**
 * Both, with one name for all data of the same images and labels: the one met first.
 * @param judged each data that any of the runs was judged on, once
 */
export async function nameAlike({ runs, judged }: Judged, open: OpenArtifact): Promise<Judged> {
  if (judged.length < 2) return { runs, judged };
  const firsts = new Map<string, string>();
  const names = new Map<string, string>();
  for (const images of judged) {
    const digest = await digestOf(images, open);
    if (digest === undefined) names.set(images.data, unknownData(images.data));
    else if (!firsts.has(digest)) firsts.set(digest, images.data);
    else names.set(images.data, firsts.get(digest)!);
  }
  const named = runs.map((run) => {
    const { details } = run;
    const data = names.get(details?.evaluation?.data ?? '');
    if (data === undefined || details?.evaluation === undefined) return run;
    return { ...run, details: { ...details, evaluation: { ...details.evaluation, data } } };
  });
  return {
    runs: named,
    judged: judged.map((images) => ({ ...images, data: names.get(images.data) ?? images.data })),
  };
}

async function digestOf(
  { stage: { fingerprint, artifact }, split, labels }: JudgedImages,
  open: OpenArtifact,
): Promise<string | undefined> {
  if (fingerprint === null || artifact === null) return undefined;
  const folder = await open(fingerprint, artifact);
  if (folder === undefined) return undefined;
  try {
    const images = await sha256OfFile(join(folder, `${split}-images.npy`));
    return `${images} ${sha256(labels.join())}`;
  } catch (error) {
    // Data of a stage of the user's own may lie otherwise.
    if ((error as { code?: unknown }).code === 'ENOENT') return undefined;
    throw error;
  }
}
