/**
 * Raised by hand when code that engines share changes the numbers that training yields: what layers draw, stand-ins for
 * layers, losses, clipping, optimizers. Part of the identity of each engine that runs that code.
 */
export const trainingNumerics = 2;
