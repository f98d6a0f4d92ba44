/**
 * A network being trained by graphs: each step runs the graph of its kind and size on the state's buffers. Owns the
 * state, the compiled graphs and the live model until it is closed; owns neither the order of batches nor the learning
 * rate.
 */
import type { StepVerification } from '../../../core/events.js';
import type { Batch, LabelledImages } from '../../../data/image-batch.js';
import type { ModelArtifact, NamedArray } from '../../../models/model-artifact.js';
import type { BatchResult, TrainingSession, TrainingSetup, TrainingState } from '../../engine.js';
import { createOptimizer } from '../../optimizers/create-optimizer.js';
import type { Optimizer } from '../../optimizers/optimizer.js';
import type { OnnxRuntime, OnnxTensor } from '../../onnx-runtime/onnx-runtime.js';
import type { GradientLanes } from '../../gradient-lanes.js';
import { slices } from '../../tfjs-batch.js';
import { names } from '../trace/graph-names.js';
import { isConstrained } from '../trace/optimizer-step.js';
import {
  type StepKind,
  traceEvaluation,
  type TracedNetwork,
  traceStep,
  traceUpdate,
} from '../trace/trace-network.js';
import { batchTensors } from './batch-tensors.js';
import { GradientSums } from './gradient-sums.js';
import { type CompiledGraph, GraphStore } from './graph-store.js';
import type { OpenedNetwork } from './open-network.js';
import { type LaneShare, openLanes, shareOut } from './open-lanes.js';
import { planTraining } from './plan-training.js';
import { compareGradients, compareLosses, referenceGradients, referenceLoss } from './step-verification.js';
import { StepDraws } from './step-draws.js';
import { type Tensors, TrainingStateBuffers } from './training-state.js';

export interface SessionOptions {
  /** Threads that one node of a graph may be shared out over. */
  readonly threads: number;
  /** Whether the first batch of each size, trained or validated, is compared with tfjs. */
  readonly verify: boolean;
  /** Told of the first comparison. */
  readonly onVerified?: ((verification: StepVerification) => void) | undefined;
  /** Whether threads may each take parts of a batch: on the processor alone. */
  readonly lanes: boolean;
}

export class OnnxTrainingSession implements TrainingSession {
  readonly #opened: OpenedNetwork;
  readonly #network: TracedNetwork;
  readonly #setup: TrainingSetup;
  readonly #graphs: GraphStore;
  readonly #runtime: OnnxRuntime;
  readonly #optimizer: Optimizer;
  readonly #state: TrainingStateBuffers;
  readonly #draws: StepDraws;
  /** Images that go through at once; undefined: the whole batch. */
  readonly #part: number | undefined;
  readonly #sums: GradientSums;
  readonly #artifact: ModelArtifact;
  /** The kinds of batches that were compared with tfjs; undefined: none is to be. */
  readonly #verified: Set<string> | undefined;
  readonly #onVerified: SessionOptions['onVerified'];
  /** Threads beside this one that may take parts of a batch. */
  readonly #spare: number;
  #lanes: GradientLanes | undefined;
  /** Images of the largest batch that they have room for, and the graph that they run. */
  #laneRoom = 0;
  #laneGraph: CompiledGraph | undefined;
  #step = 0;

  constructor(
    artifact: ModelArtifact,
    opened: OpenedNetwork,
    setup: TrainingSetup,
    runtime: OnnxRuntime,
    { threads, verify, lanes, onVerified }: SessionOptions,
  ) {
    const { network, part } = planTraining(opened, setup);
    this.#artifact = artifact;
    this.#verified = verify ? new Set() : undefined;
    this.#onVerified = onVerified;
    this.#opened = opened;
    this.#network = network;
    this.#setup = setup;
    this.#runtime = runtime;
    this.#part = part;
    // Parts are shared out over threads whole; a batch that goes through whole is shared out node by node.
    this.#spare = part === undefined || !lanes ? 0 : threads - 1;
    this.#graphs = new GraphStore(runtime, this.#spare > 0 ? 1 : threads);
    this.#optimizer = createOptimizer(setup.optimizer);
    this.#state = new TrainingStateBuffers(runtime, artifact.weights, network.groups, this.#optimizer.slots);
    this.#sums = new GradientSums(runtime, network.groups);
    this.#draws = new StepDraws(runtime, setup.seed);
  }

  async trainStep(batch: Batch, learningRate: number): Promise<BatchResult> {
    const { count } = batch;
    const part = this.#part;
    await this.#firstTime(`train ${count} ${batch.weights !== undefined}`, () => this.#verifyStep(batch));
    const sums =
      part === undefined || count <= part
        ? await this.#runStep('whole', batch, 0, count, learningRate)
        : await this.#trainInParts(batch, part, learningRate);
    this.#step++;
    const [objective, correct] = sums.data as Float32Array;
    return { lossSum: objective! * count, correct: Math.round(correct!), count };
  }

  async evaluate(images: LabelledImages, batchSize: number): Promise<BatchResult> {
    let lossSum = 0;
    let correct = 0;
    for (const batch of slices(images, Math.min(batchSize, this.#part ?? batchSize))) {
      const { count } = batch;
      const compiled = await this.#graph(`evaluate ${count}`, () =>
        traceEvaluation(this.#network, this.#setup, count),
      );
      const inputs = {
        ...batchTensors(this.#runtime, batch, 0, count),
        [names.share]: this.#scalar(1 / count),
      };
      const found = await this.#run(compiled, inputs, { [names.sums]: null });
      const [objective, right] = found[names.sums]!.data as Float32Array;
      await this.#firstTime(`evaluate ${count}`, async () => {
        const reference = await referenceLoss(this.#artifact, this.#state.weights(), this.#setup, batch);
        compareLosses(objective!, reference);
      });
      lossSum += objective! * count;
      correct += Math.round(right!);
    }
    return { lossSum, correct, count: images.count };
  }

  weights(): Promise<readonly NamedArray[]> {
    return Promise.resolve(this.#state.weights());
  }

  state(): Promise<TrainingState> {
    return Promise.resolve({ step: this.#step, arrays: [...this.#state.weights(), ...this.#state.slots()] });
  }

  restore(state: TrainingState): Promise<void> {
    this.#state.restore(state);
    this.#step = state.step;
    return Promise.resolve();
  }

  async close(): Promise<void> {
    await this.#lanes?.close();
    await this.#graphs.release();
    this.#opened.dispose();
  }

  async #trainInParts(batch: Batch, part: number, learningRate: number): Promise<OnnxTensor> {
    const shares = shareOut(batch.count, part, this.#spare);
    if (shares.length > 0) return this.#trainInLanes(batch, part, shares, learningRate);
    let sums: OnnxTensor | undefined;
    for (let first = 0; first < batch.count; first += part) {
      const count = Math.min(part, batch.count - first);
      const kind = first + count < batch.count ? 'accumulate' : 'finish';
      sums = await this.#runStep(kind, batch, first, count, learningRate);
    }
    return sums!;
  }

  /** Other threads take their share of the parts while this one takes the rest; then all is added up. */
  async #trainInLanes(
    batch: Batch,
    part: number,
    shares: readonly LaneShare[],
    learningRate: number,
  ): Promise<OnnxTensor> {
    const compiled = await this.#stepGraph('accumulate', part, batch);
    if (batch.count > this.#laneRoom || compiled !== this.#laneGraph) {
      await this.#lanes?.close();
      this.#lanes = undefined;
      this.#laneRoom = batch.count;
      this.#laneGraph = compiled;
    }
    this.#lanes ??= openLanes(compiled, this.#network, this.#spare, part, batch);
    this.#draws.draw(this.#step, compiled.draws, part, batch.count);
    this.#handOver(this.#lanes, batch, compiled);
    this.#lanes.start(shares);
    let nth = 0;
    for (let first = shares.at(-1)!.first + shares.at(-1)!.parts * part; first < batch.count; first += part) {
      const count = Math.min(part, batch.count - first);
      await this.#runStep('accumulate', batch, first, count, learningRate, nth++);
    }
    const totals = this.#sums.after(nth);
    await this.#lanes.addTo(
      new Map(Object.entries(totals).map(([name, { data }]) => [name, data as Float32Array])),
    );
    const update = await this.#graph('update', () => traceUpdate(this.#network, this.#setup));
    const inputs = { ...totals, ...this.#scalars(learningRate) };
    this.#state.advance(await this.#run(update, inputs, this.#state.outputs(update.session.outputNames)));
    return totals[names.sums]!;
  }

  #handOver(lanes: GradientLanes, batch: Batch, { session }: CompiledGraph): void {
    lanes.put(names.pixels, batch.pixels);
    lanes.put(names.labels, batch.labels);
    if (batch.weights !== undefined) lanes.put(names.sampleWeights, batch.weights);
    this.#draws.drawn.forEach((values, ordinal) => lanes.put(names.draw(ordinal), values));
    lanes.put(names.share, Float32Array.of(1 / batch.count));
    for (const [name, { data }] of Object.entries(this.#state.inputs(session.inputNames))) {
      lanes.put(name, data as Float32Array);
    }
  }

  /** Where engines are to be verified: what is done for the first batch of a kind. */
  async #firstTime(kind: string, verify: () => Promise<void>): Promise<void> {
    if (this.#verified?.has(kind) !== false) return;
    await verify();
    this.#verified.add(kind);
  }

  /**
   * Loss and gradients of the batch, in the parts in which it is trained, against the engine `reference`; changes nothing.
   * The graphs are those of training without the optimizer's step.
   */
  async #verifyStep(batch: Batch): Promise<void> {
    const part = this.#part ?? batch.count;
    const kind = batch.count <= part ? 'gradients' : 'accumulate';
    let sums: OnnxTensor | undefined;
    for (let first = 0; first < batch.count; first += part) {
      sums = await this.#runStep(kind, batch, first, Math.min(part, batch.count - first), 0);
    }
    const totals = this.#sums.after(Math.ceil(batch.count / part));
    const gradients = new Map<string, Float32Array>();
    this.#network.groups.forEach(({ members }, i) => {
      const values = totals[names.gradient(i)]!.data as Float32Array;
      for (const { place, offset, size } of members) {
        if (isConstrained(this.#network.model.weights[place])) continue;
        gradients.set(this.#artifact.weights[place]!.name, values.slice(offset, offset + size));
      }
    });
    const weights = this.#state.weights();
    const reference = await referenceGradients(this.#artifact, weights, this.#setup, batch, this.#step);
    const errors = compareGradients({ loss: (sums!.data as Float32Array)[0]!, gradients }, reference);
    if (this.#verified?.size === 0)
      this.#onVerified?.({ images: batch.count, gradients: gradients.size, ...errors });
  }

  /** Runs one part, or the whole, of a batch; the sums so far. @param nth how many parts came before it here. */
  async #runStep(
    kind: StepKind,
    batch: Batch,
    first: number,
    count: number,
    learningRate: number,
    nth = this.#part === undefined ? 0 : first / this.#part,
  ): Promise<OnnxTensor> {
    const compiled = await this.#stepGraph(kind, count, batch);
    if (first === 0) this.#draws.draw(this.#step, compiled.draws, count, batch.count);
    const inputs: Tensors = {
      ...batchTensors(this.#runtime, batch, first, count),
      ...this.#sums.after(nth),
      ...this.#draws.inputs(compiled.draws, first),
      ...this.#scalars(learningRate),
      [names.share]: this.#scalar(1 / batch.count),
    };
    const { outputNames } = compiled.session;
    const outputs = { ...this.#state.outputs(outputNames), ...this.#sums.outputs(nth, outputNames) };
    const written = await this.#run(compiled, inputs, outputs);
    this.#state.advance(written);
    return written[names.next(names.sums)]!;
  }

  #stepGraph(kind: StepKind, count: number, { weights }: Batch): Promise<CompiledGraph> {
    const weighed = weights !== undefined;
    return this.#graph(`${kind} ${count}${weighed ? ' weighed' : ''}`, () =>
      traceStep(this.#network, this.#setup, count, kind, weighed),
    );
  }

  #scalars(learningRate: number): Tensors {
    const numbers = this.#optimizer.scalars(this.#step + 1, learningRate);
    return Object.fromEntries(
      Object.entries(numbers).map(([name, number]) => [names.scalar(name), this.#scalar(number)]),
    );
  }

  #scalar(number: number): OnnxTensor {
    return this.#runtime.tensor('float32', Float32Array.of(number), []);
  }

  #graph(key: string, trace: () => ReturnType<typeof traceStep>): Promise<CompiledGraph> {
    return this.#graphs.get(key, () => this.#opened.trace(trace));
  }

  /** Hands a graph those of the inputs that it has. */
  #run({ session }: CompiledGraph, inputs: Tensors, outputs: Readonly<Record<string, OnnxTensor | null>>) {
    const all: Tensors = { ...inputs, ...this.#state.inputs(session.inputNames) };
    const wanted = Object.fromEntries(session.inputNames.map((name) => [name, all[name]!]));
    return session.run(wanted, outputs);
  }
}
