/** A network that predicts by a graph. Owns the live model and the compiled graphs until it is closed. */
import type { ImageShape, InputScaling, LabelledImages } from '../../../data/image-batch.js';
import type { ModelArtifact } from '../../../models/model-artifact.js';
import type { InferenceSession } from '../../engine.js';
import { checkInputFits } from '../../network-fit.js';
import type { OnnxRuntime } from '../../onnx-runtime/onnx-runtime.js';
import { slices } from '../../tfjs-batch.js';
import { names } from '../trace/graph-names.js';
import { tracePrediction } from '../trace/trace-network.js';
import { GraphStore } from './graph-store.js';
import type { OpenedNetwork } from './open-network.js';
import { TrainingStateBuffers } from './training-state.js';

/** Images that go through the graph at once, at most: what they make stays in the processor's caches. */
const part = 64;

export class OnnxInferenceSession implements InferenceSession {
  readonly #opened: OpenedNetwork;
  readonly #graphs: GraphStore;
  readonly #runtime: OnnxRuntime;
  readonly #state: TrainingStateBuffers;

  constructor(artifact: ModelArtifact, opened: OpenedNetwork, runtime: OnnxRuntime, threads: number) {
    this.#opened = opened;
    this.#runtime = runtime;
    this.#graphs = new GraphStore(runtime, threads);
    this.#state = new TrainingStateBuffers(runtime, artifact.weights, [], []);
  }

  async predict(images: LabelledImages, scaling: InputScaling, batchSize: number): Promise<Float32Array> {
    const { shape } = images;
    checkInputFits(this.#opened.model, shape);
    const found: Float32Array[] = [];
    for (const { count, pixels } of slices(images, Math.min(batchSize, part))) {
      const { session } = await this.#graph(shape, scaling, count);
      const inputs = {
        ...this.#state.inputs(session.inputNames),
        [names.pixels]: this.#runtime.tensor('uint8', pixels, [count, ...shape]),
      };
      const { [names.predictions]: output } = await session.run(inputs, { [names.predictions]: null });
      found.push((output!.data as Float32Array).slice());
    }
    const all = new Float32Array(found.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const values of found) {
      all.set(values, at);
      at += values.length;
    }
    return all;
  }

  async close(): Promise<void> {
    await this.#graphs.release();
    this.#opened.dispose();
  }

  #graph(imageShape: ImageShape, scaling: InputScaling, count: number) {
    const { model, draws } = this.#opened;
    const key = [count, ...imageShape, scaling.scale, scaling.offset].join(' ');
    return this.#graphs.get(key, () =>
      this.#opened.trace(() => tracePrediction({ model, draws, imageShape, scaling, groups: [] }, count)),
    );
  }
}
