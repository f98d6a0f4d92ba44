/** The standard normal distribution: how probable a value below z is, and the way back. */
/* eslint-disable no-loss-of-precision -- coefficients stand as they were published */

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
    (((1.85777706184603153e-1 * y + 3.1611237438705656) * y + 1.13864154151050156e2) * y +
      3.77485237685302021e2) *
      y +
    3.20937758913846947e3;
  const denominator =
    (((y + 2.36012909523441209e1) * y + 2.44024637934444173e2) * y + 1.28261652607737228e3) * y +
    2.84423683343917062e3;
  return (x * numerator) / denominator;
}

function complementaryErrorFunction(x: number): number {
  if (x > 26) return 0;
  const decay = Math.exp(-x * x);
  if (x <= 4) {
    let numerator = 2.15311535474403846e-8;
    for (const c of middleNumerator) numerator = numerator * x + c;
    let denominator = 1;
    for (const c of middleDenominator) denominator = denominator * x + c;
    return (decay * numerator) / denominator;
  }
  const y = 1 / (x * x);
  let numerator = 1.63153871373020978e-2;
  for (const c of farNumerator) numerator = numerator * y + c;
  let denominator = 1;
  for (const c of farDenominator) denominator = denominator * y + c;
  return (decay * (5.6418958354775628695e-1 - (y * numerator) / denominator)) / x;
}

const middleNumerator = [
  5.64188496988670089e-1, 8.88314979438837594, 6.61191906371416295e1, 2.98635138197400131e2,
  8.8195222124176909e2, 1.71204761263407058e3, 2.05107837782607147e3, 1.23033935479799725e3,
];
const middleDenominator = [
  1.57449261107098347e1, 1.17693950891312499e2, 5.37181101862009858e2, 1.62138957456669019e3,
  3.29079923573345963e3, 4.36261909014324716e3, 3.43936767414372164e3, 1.23033935480374942e3,
];
const farNumerator = [
  3.05326634961232344e-1, 3.60344899949804439e-1, 1.25781726111229246e-1, 1.60837851487422766e-2,
  6.58749161529837803e-4,
];
const farDenominator = [
  2.56852019228982242, 1.87295284992346725, 5.27905102951428412e-1, 6.05183413124413191e-2,
  2.33520497626869185e-3,
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
      (((((-7.784894002430293e-3 * q - 3.223964580411365e-1) * q - 2.400758277161838) * q -
        2.549732539343734) *
        q +
        4.374664141464968) *
        q +
        2.938163982698783) /
      ((((7.784695709041462e-3 * q + 3.224671290700398e-1) * q + 2.445134137142996) * q + 3.754408661907416) *
        q +
        1);
  } else {
    const q = lower - 0.5;
    const r = q * q;
    z =
      ((((((-3.969683028665376e1 * r + 2.209460984245205e2) * r - 2.759285104469687e2) * r +
        1.38357751867269e2) *
        r -
        3.066479806614716e1) *
        r +
        2.506628277459239) *
        q) /
      (((((-5.447609879822406e1 * r + 1.615858368580409e2) * r - 1.556989798598866e2) * r +
        6.680131188771972e1) *
        r -
        1.328068155288572e1) *
        r +
        1);
  }
  const error = normalProbability(z) - lower;
  const step = error * Math.sqrt(2 * Math.PI) * Math.exp((z * z) / 2);
  if (Number.isFinite(step)) z -= step / (1 + (z * step) / 2);
  return p > 0.5 ? -z : z;
}
