/** The frame of a scatter plot on canvas: grid, ticks, names of the axes; where a point lies and which is nearest. */
import type { AxisScale } from './axis-scale.js';
import { themeColour } from './dom.js';

export interface PlotFrame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly x: AxisScale;
  readonly y: AxisScale;
}

export const plotFont = '12px system-ui, -apple-system, "Segoe UI", sans-serif';

export interface FrameOptions {
  readonly xLabel?: string;
  readonly yLabel?: string;
  /** Room for the ticks at the left. */
  readonly gutter?: number;
}

export function drawFrame(
  context: CanvasRenderingContext2D,
  width: number,
  height: number,
  x: AxisScale,
  y: AxisScale,
  { xLabel, yLabel, gutter = 58 }: FrameOptions,
): PlotFrame {
  const [top, bottom] = [yLabel === undefined ? 10 : 26, xLabel === undefined ? 24 : 42];
  const frame = { left: gutter, top, width: width - gutter - 14, height: height - top - bottom, x, y };
  context.font = plotFont;
  context.lineWidth = 1;
  context.strokeStyle = themeColour('--line');
  context.fillStyle = themeColour('--ink-3');
  context.textBaseline = 'middle';
  context.textAlign = 'right';
  for (const { at, label } of y.ticks) {
    const py = Math.round(frame.top + (1 - at) * frame.height) + 0.5;
    context.beginPath();
    context.moveTo(frame.left, py);
    context.lineTo(frame.left + frame.width, py);
    context.stroke();
    context.fillText(fit(context, label, gutter - 10), frame.left - 8, py);
  }
  context.textBaseline = 'top';
  context.textAlign = 'center';
  let free = -Infinity;
  for (const { at, label } of [...x.ticks].sort((a, b) => a.at - b.at)) {
    const px = frame.left + at * frame.width;
    const room = x.column.kind === 'category' ? frame.width / x.ticks.length - 4 : 90;
    const text = fit(context, label, Math.max(18, room));
    const half = context.measureText(text).width / 2;
    const centre = Math.min(Math.max(px, half + 2), width - half - 2);
    if (centre - half < free + 6) continue;
    free = centre + half;
    context.fillText(text, centre, frame.top + frame.height + 8);
  }
  context.fillStyle = themeColour('--ink-2');
  if (xLabel !== undefined)
    context.fillText(fit(context, xLabel, frame.width), frame.left + frame.width / 2, height - 15);
  context.textAlign = 'left';
  if (yLabel !== undefined) context.fillText(fit(context, yLabel, width - 8), 4, 2);
  return frame;
}

/** A text that is at most so wide, cut off by an ellipsis. */
export function fit(context: CanvasRenderingContext2D, text: string, width: number): string {
  if (context.measureText(text).width <= width) return text;
  let [low, high] = [0, text.length];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (context.measureText(`${text.slice(0, middle)}…`).width <= width) low = middle;
    else high = middle - 1;
  }
  return `${text.slice(0, low)}…`;
}

/**
 * Where a run's point lies; undefined where it has none. Equal categories are spread a little, by the run's number, so that
 * points don't hide one another.
 */
export function pointOf(frame: PlotFrame, run: number): readonly [number, number] | undefined {
  const [px, py] = [frame.x.places[run]!, frame.y.places[run]!];
  if (Number.isNaN(px) || Number.isNaN(py)) return undefined;
  const spread =
    frame.x.column.kind === 'category'
      ? ((((run * 7919) % 101) / 100 - 0.5) * 0.5) / frame.x.ticks.length
      : 0;
  return [frame.left + (px + spread) * frame.width, frame.top + (1 - py) * frame.height];
}

/** The run of `runs` whose point is nearest, within reach. */
export function nearestRun(
  frame: PlotFrame,
  runs: Iterable<number>,
  x: number,
  y: number,
  reach = 18,
): number | undefined {
  let best: number | undefined;
  let least = reach * reach;
  for (const run of runs) {
    const point = pointOf(frame, run);
    if (point === undefined) continue;
    const distance = (point[0] - x) ** 2 + (point[1] - y) ** 2;
    if (distance <= least) [best, least] = [run, distance];
  }
  return best;
}

export function drawDot(
  context: CanvasRenderingContext2D,
  [x, y]: readonly [number, number],
  radius: number,
  colour: string,
): void {
  context.fillStyle = colour;
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
}

export function drawRing(
  context: CanvasRenderingContext2D,
  [x, y]: readonly [number, number],
  radius: number,
  colour: string,
): void {
  context.strokeStyle = colour;
  context.lineWidth = 2;
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.stroke();
}
