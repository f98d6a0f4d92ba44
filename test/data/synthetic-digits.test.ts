import { describe, expect, it } from 'vitest';
import { sha256 } from '../../src/core/digest.js';
import { createBatchSource } from '../../src/data/batches.js';
import type { Dataset } from '../../src/data/dataset-source.js';
import type { LabelledImages } from '../../src/data/image-batch.js';
import { countClasses } from '../../src/data/labelled-images.js';
import { syntheticDigits } from '../../src/data/synthetic-digits.js';

function draw(
  seed: number,
  train: number,
  test: number,
  signal = new AbortController().signal,
): Promise<Dataset> {
  return syntheticDigits({ train, test }).load({
    seed,
    signal,
    onProgress: () => undefined,
    onWarning: () => undefined,
  });
}

/**
 * Multinomial logistic regression by stochastic gradient descent with momentum and a rate that falls to zero: the best
 * that a linear model does here in a few seconds.
 */
async function trainLinear(images: LabelledImages, epochs: number): Promise<Float64Array> {
  const inputs = 785;
  const weights = new Float64Array(inputs * 10);
  const speed = new Float64Array(inputs * 10);
  const gradient = new Float64Array(inputs * 10);
  const batches = createBatchSource(images, { batchSize: 50, seed: 1, augmentation: null });
  const steps = epochs * batches.stepsPerEpoch;
  for (let step = 0; step < steps; step++) {
    const batch = await batches.batch(Math.floor(step / batches.stepsPerEpoch), step % batches.stepsPerEpoch);
    gradient.fill(0);
    for (let i = 0; i < batch.count; i++) {
      const scores = classScores(weights, batch.pixels, i);
      const top = Math.max(...scores);
      const exps = scores.map((score) => Math.exp(score - top));
      const sum = exps.reduce((a, b) => a + b, 0);
      for (let c = 0; c < 10; c++) {
        const error = (exps[c]! / sum - (batch.labels[i] === c ? 1 : 0)) / batch.count;
        for (let p = 0; p < 784; p++) gradient[c * inputs + p]! += (error * batch.pixels[i * 784 + p]!) / 255;
        gradient[c * inputs + 784]! += error;
      }
    }
    const rate = 0.1 * (1 - step / steps);
    for (let w = 0; w < weights.length; w++) {
      speed[w] = 0.9 * speed[w]! - rate * gradient[w]!;
      weights[w]! += speed[w]!;
    }
  }
  return weights;
}

function classScores(weights: Float64Array, pixels: Uint8Array, image: number): number[] {
  return Array.from({ length: 10 }, (_, c) => {
    let score = weights[c * 785 + 784]!;
    for (let p = 0; p < 784; p++) score += (weights[c * 785 + p]! * pixels[image * 784 + p]!) / 255;
    return score;
  });
}

function accuracy(weights: Float64Array, images: LabelledImages): number {
  let hits = 0;
  for (let i = 0; i < images.count; i++) {
    const scores = classScores(weights, images.pixels, i);
    if (scores.indexOf(Math.max(...scores)) === images.labels[i]) hits++;
  }
  return hits / images.count;
}

describe('synthetic digits', () => {
  it('are the same bytes for a seed on every machine', async () => {
    const { train, test } = await draw(7, 100, 20);
    const digest = sha256(Buffer.concat([train.pixels, Uint8Array.from(train.labels), test.pixels]));
    expect(digest).toBe('37af463ad9fa97059a46cdaf0bba672484377d96855db89568d59a25fd0897ec');
  });

  it('are others for another seed, and others in train and test', async () => {
    const [one, two] = [await draw(1, 20, 20), await draw(2, 20, 20)];
    expect(one.train.pixels).not.toEqual(two.train.pixels);
    expect(one.train.pixels).not.toEqual(one.test.pixels);
  });

  it('have as many of each class, in mixed order', async () => {
    const { train, test, classes } = await draw(3, 205, 50);
    expect(classes).toHaveLength(10);
    expect(countClasses(train.labels, 10)).toEqual([21, 21, 21, 21, 21, 20, 20, 20, 20, 20]);
    expect(countClasses(test.labels, 10)).toEqual(Array(10).fill(5));
    expect([...train.labels.subarray(0, 10)]).not.toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('use the range of brightness, dark at the edge and bright in the middle', async () => {
    const { train } = await draw(4, 200, 10);
    const mean = (keep: (x: number, y: number) => boolean) => {
      const kept = train.pixels.filter((_, i) => keep(i % 28, Math.floor(i / 28) % 28));
      return kept.reduce((sum, value) => sum + value, 0) / kept.length;
    };
    expect(mean((x, y) => x === 0 || y === 0)).toBeLessThan(30);
    expect(mean((x, y) => x > 9 && x < 18 && y > 6 && y < 21)).toBeGreaterThan(60);
    expect(train.pixels.includes(255)).toBe(true);
  });

  it('stop being drawn when the user gives up', async () => {
    const reason = new Error('Ctrl-C');
    await expect(draw(1, 5000, 10, AbortSignal.abort(reason))).rejects.toBe(reason);
  });

  it('are beyond a linear model, which stays under 92 %, and not beyond learning', async () => {
    const { train, test } = await draw(5, 6000, 1000);
    const result = accuracy(await trainLinear(train, 12), test);
    expect(result).toBeLessThan(0.92);
    expect(result).toBeGreaterThan(0.7);
  });
});
