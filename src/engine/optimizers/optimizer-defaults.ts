/** What an optimizer's options are when they are not given: the one place where settings and optimizers look. */
export const optimizerDefaults = {
  momentum: { momentum: 0.9 },
  adagrad: { initialAccumulator: 0.1, epsilon: 1e-7 },
  rmsprop: { rho: 0.9, momentum: 0, epsilon: 1e-7 },
  adam: { beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
  adamw: { weightDecay: 0.01 },
} as const;
