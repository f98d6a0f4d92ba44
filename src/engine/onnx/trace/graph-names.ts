/** What the inputs and outputs of a traced graph are called: by these names sessions hand over and find tensors. */
export const names = {
  pixels: 'pixels',
  labels: 'labels',
  /** One divided by the images of the whole batch. */
  share: 'share',
  draw: (ordinal: number): string => `draw${ordinal}`,
  scalar: (name: string): string => `scalar.${name}`,
  group: (i: number): string => `weights${i}`,
  slot: (i: number, slot: string): string => `weights${i}.${slot}`,
  gradient: (i: number): string => `gradient${i}`,
  /** A weight outside the groups, by its place in the model. */
  weight: (place: number): string => `weight${place}`,
  next: (name: string): string => `${name}.next`,
  sums: 'sums',
  predictions: 'predictions',
} as const;
