/** Which metric's curves are shown of a sweep, when its objective is measured at the end alone and has none. */

/** @param wanted the metric asked for, or the objective. Undefined while there is no curve. */
export function chooseCurve(keys: readonly string[], wanted: string): string | undefined {
  const name = wanted.replace(/^(train|validation|test)\./, '');
  const order = [
    wanted,
    `validation.${name}`,
    'validation.accuracy',
    'validation.loss',
    `train.${name}`,
    'train.loss',
  ];
  return order.find((key) => keys.includes(key)) ?? keys[0];
}
