/** What a run predicts for the test images that a comparison knows the labels of. */
import type { ComparedRun, ShownImages } from '../compared-run.js';

/** The class for each of the images; nothing where the run was judged on others, or its predictions were not kept. */
export function predictionsOn(
  { details }: ComparedRun,
  images: Pick<ShownImages, 'data' | 'labels'>,
): readonly number[] | undefined {
  const evaluation = details?.evaluation;
  if (evaluation?.data !== images.data || evaluation.predicted.length !== images.labels.length)
    return undefined;
  return evaluation.predicted;
}
