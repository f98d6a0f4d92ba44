/** The symbolic backend stays in the background: whoever computes with tfjs besides gets numbers. */
import { expect, it } from 'vitest';
import { enterSymbolicBackend, symbolicBackend } from '../../../../src/engine/onnx/trace/symbolic-backend.js';
import { tf, useCpuBackend } from '../../../../src/models/tfjs.js';

const sum = (): number[] => [...tf.add(tf.tensor1d([1, 2]), 1).dataSync()];
const backendName = (): string | undefined => tf.engine().backendName;

it('is current no longer than asked for, whether or not another backend was before', async () => {
  expect(backendName()).toBeUndefined();
  const leave = enterSymbolicBackend();
  symbolicBackend().begin();
  expect(backendName()).toBe('assay-symbolic');
  const leaveInner = enterSymbolicBackend();
  leaveInner();
  expect(backendName()).toBe('assay-symbolic');
  leave();
  expect(backendName()).toBeUndefined();

  // Not chosen, only there: tfjs takes it by itself. In production it recommends no other.
  tf.env().set('PROD', true);
  await import('@tensorflow/tfjs-backend-cpu');
  expect(sum()).toEqual([2, 3]);
  expect(backendName()).toBe('cpu');

  await useCpuBackend();
  enterSymbolicBackend()();
  expect(sum()).toEqual([2, 3]);
});
