/** The standard normal distribution: how probable a value below z is, and the way back. */

/**
 * The probability of a value below z: W. J. Cody's rational approximations of the error function ("Rational Chebyshev
 * approximation for the error function", 1969), to about 1e-15.
 */
export function normalProbability(z: number): number {
  const x = Math.abs(z) * Math.SQRT1_2;
  if (x < 0.5) return 0.5 + (z < 0 ? -0.5 : 0.5) * errorFunctionNearZero(x);
  const tail = 0.5 * complementaryErrorFunction(x);
  return z < 0 ? tail : 1 - tail;
}

function errorFunctionNearZero(x: number): number {
  const y = x * x;
  const numerator =
    (((0.18577770618460315 * y + 3.1611237438705655) * y + 113.86415415105016) * y + 377.485237685302) * y +
    3209.3775891384694;
  const denominator =
    (((y + 23.601290952344122) * y + 244.02463793444417) * y + 1282.6165260773723) * y + 2844.236833439171;
  return (x * numerator) / denominator;
}

function complementaryErrorFunction(x: number): number {
  if (x > 26) return 0;
  const decay = Math.exp(-x * x);
  if (x <= 4) {
    let numerator = 2.1531153547440383e-8;
    for (const c of middleNumerator) numerator = numerator * x + c;
    let denominator = 1;
    for (const c of middleDenominator) denominator = denominator * x + c;
    return (decay * numerator) / denominator;
  }
  const y = 1 / (x * x);
  let numerator = 0.016315387137302097;
  for (const c of farNumerator) numerator = numerator * y + c;
  let denominator = 1;
  for (const c of farDenominator) denominator = denominator * y + c;
  return (decay * (0.5641895835477563 - (y * numerator) / denominator)) / x;
}

const middleNumerator = [
  0.5641884969886701, 8.883149794388377, 66.11919063714163, 298.6351381974001, 881.952221241769,
  1712.0476126340707, 2051.0783778260716, 1230.3393547979972,
];
const middleDenominator = [
  15.744926110709835, 117.6939508913125, 537.1811018620099, 1621.3895745666903, 3290.7992357334597,
  4362.619090143247, 3439.3676741437216, 1230.3393548037495,
];
const farNumerator = [
  0.30532663496123236, 0.36034489994980445, 0.12578172611122926, 0.016083785148742275, 0.0006587491615298378,
];
const farDenominator = [
  2.568520192289822, 1.8729528499234673, 0.5279051029514285, 0.06051834131244132, 0.0023352049762686918,
];

/**
 * The z below which a value lies with the probability, in (0, 1): P. J. Acklam's rational approximation with one step of
 * Halley's method, which makes it exact to rounding.
 */
export function normalQuantile(probability: number): number {
  const p = Math.min(Math.max(probability, 1e-300), 1 - 2 ** -53);
  const lower = Math.min(p, 1 - p);
  let z: number;
  if (lower < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(lower));
    z =
      (((((-0.007784894002430293 * q - 0.3223964580411365) * q - 2.400758277161838) * q - 2.549732539343734) *
        q +
        4.374664141464968) *
        q +
        2.938163982698783) /
      ((((0.007784695709041462 * q + 0.3224671290700398) * q + 2.445134137142996) * q + 3.754408661907416) *
        q +
        1);
  } else {
    const q = lower - 0.5;
    const r = q * q;
    z =
      ((((((-39.69683028665376 * r + 220.9460984245205) * r - 275.9285104469687) * r + 1.38357751867269e2) *
        r -
        30.66479806614716) *
        r +
        2.506628277459239) *
        q) /
      (((((-54.47609879822406 * r + 161.5858368580409) * r - 155.6989798598866) * r + 66.80131188771972) * r -
        13.28068155288572) *
        r +
        1);
  }
  const error = normalProbability(z) - lower;
  const step = error * Math.sqrt(2 * Math.PI) * Math.exp((z * z) / 2);
  if (Number.isFinite(step)) z -= step / (1 + (z * step) / 2);
  return p > 0.5 ? -z : z;
}
