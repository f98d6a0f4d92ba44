/** The plot that learning curves are drawn into: uPlot's scales, ticks and zoom, and no series of its own. */
import { scaleLog } from 'd3-scale';
import type uPlot from 'uplot';
import { ticksOf } from './axis-scale.js';
import { themeColour } from './dom.js';
import { formatTick } from './format.js';
import type { ShownCurves } from './shown-curves.js';

export interface CurvesRange {
  readonly x: [number, number];
  readonly y: [number, number];
}

interface CurvesPlotOptions {
  readonly width: number;
  readonly curves: ShownCurves;
  /** All that there is to see, as it is when the plot asks. */
  readonly range: () => CurvesRange;
  readonly draw: (plot: uPlot) => void;
  readonly zoomed: () => void;
}

/** Pixels that a pointer may slip in a click; from so many on it drags. */
export const leastDrag = 5;

const wholeSteps = [0, 1, 2, 3, 4, 5, 6, 7].flatMap((power) => [1, 2, 5].map((step) => step * 10 ** power));

export function curvesPlot({ width, curves, range, draw, zoomed }: CurvesPlotOptions): uPlot.Options {
  const axis = { stroke: themeColour('--ink-3'), font: '12px system-ui, sans-serif', ticks: { show: false } };
  const { log } = curves.choice;
  return {
    width,
    height: Math.round(Math.min(520, Math.max(280, width * 0.42))),
    padding: [14, 16, 0, 0],
    legend: { show: false },
    cursor: {
      x: false,
      y: false,
      points: { show: false },
      // What a click is `curves-reader.ts` decides, by the same distance.
      drag: { x: true, y: true, uni: 20, dist: leastDrag, click: () => undefined },
    },
    scales: {
      x: {
        time: false,
        range: (_, low, high) => (low < high && low >= range().x[0] ? [low, high] : range().x),
      },
      y: {
        dir: curves.ofError ? -1 : 1,
        // 3 is logarithmic, 1 linear: the enum of these types is for a compiler of whole programs only.
        // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment
        distr: log ? 3 : 1,
        range: (_, low, high) => (Number.isFinite(low) && low < high ? [low, high] : range().y),
      },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        space: 40,
        size: 34,
        incrs: wholeSteps,
        values: (_, ticks) => ticks.map((tick) => formatTick(tick, curves.acrossFormat)),
      },
      {
        ...axis,
        grid: { stroke: themeColour('--line'), width: 1 },
        space: 40,
        size: 62,
        ...(log
          ? {
              splits: (_: uPlot, __: number, low: number, high: number) =>
                ticksOf(scaleLog().domain([low, high]), true, 6),
              filter: (_: uPlot, ticks: number[]) => ticks,
            }
          : {}),
        values: (_, ticks) =>
          ticks.map((tick) => formatTick(curves.ofError ? 1 - tick : tick, curves.format)),
      },
    ],
    series: [{}, { show: true, points: { show: false } }],
    hooks: { draw: [draw], setSelect: [zoomed] },
  };
}
