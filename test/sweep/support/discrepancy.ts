/**
 * The centred L2 discrepancy of points in the unit cube (Hickernell 1998, "A generalized discrepancy and quadrature error
 * bound"): how far the share of points in boxes is from the boxes' volume. Smaller is more even.
 */
export function centredDiscrepancy(points: readonly (readonly number[])[]): number {
  const count = points.length;
  const dimensions = points[0]!.length;
  let single = 0;
  let pairs = 0;
  for (const x of points) {
    single += product(x, (v) => 1 + 0.5 * Math.abs(v - 0.5) - 0.5 * (v - 0.5) ** 2);
    for (const y of points) {
      pairs += product(x, (v, d) => {
        const w = y[d]!;
        return 1 + 0.5 * Math.abs(v - 0.5) + 0.5 * Math.abs(w - 0.5) - 0.5 * Math.abs(v - w);
      });
    }
  }
  return Math.sqrt((13 / 12) ** dimensions - (2 / count) * single + pairs / count ** 2);
}

function product(values: readonly number[], factor: (value: number, index: number) => number): number {
  return values.reduce((result, value, index) => result * factor(value, index), 1);
}
