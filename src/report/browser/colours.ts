/** Colours of data: a scale that colour-blind eyes read too, and a palette for categories. */
import { isDark } from './dom.js';

/** Viridis (van der Walt and Smith 2015), ten samples; even in lightness, so it reads in grey too. */
const viridis = [
  [68, 1, 84],
  [72, 40, 120],
  [62, 74, 137],
  [49, 104, 142],
  [38, 130, 142],
  [31, 158, 137],
  [53, 183, 121],
  [110, 206, 88],
  [181, 222, 43],
  [253, 231, 37],
] as const;

/** Okabe and Ito's colours (2008), as `base.css` has them for series, and more of them. */
const light = ['#0072b2', '#d55e00', '#009e73', '#a8588a', '#b8860b', '#3d7ea6', '#5b5b5b', '#7a4fbf'];
const dark = ['#56b4e9', '#f0a030', '#2ec79a', '#d99bc0', '#f0e442', '#8cc7e8', '#b0b0b0', '#b79cf0'];

export function categoryColour(index: number): string {
  const palette = isDark() ? dark : light;
  return palette[((index % palette.length) + palette.length) % palette.length]!;
}

/** How many colours a scale is drawn with: lines of one colour are drawn in one go. */
export const colourSteps = 24;

/**
 * The colour of a place between worst (0) and best (1). The best stands out from the paper: darkest in the light, brightest
 * in the dark.
 */
export function scaleColour(place: number): string {
  const [r, g, b] = scaleRgb(place);
  return `rgb(${r},${g},${b})`;
}

export function scaleRgb(place: number): readonly [number, number, number] {
  const clamped = Math.min(1, Math.max(0, place));
  const at = (isDark() ? 0.12 + clamped * 0.88 : (1 - clamped) * 0.9) * (viridis.length - 1);
  const index = Math.min(viridis.length - 2, Math.floor(at));
  const rest = at - index;
  const [from, to] = [viridis[index]!, viridis[index + 1]!];
  return [0, 1, 2].map((i) => Math.round(from[i]! + (to[i]! - from[i]!) * rest)) as [number, number, number];
}
