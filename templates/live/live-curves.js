/*
 * The curves of all trials of a sweep in one chart, and its objective over time. uPlot has the axes; the lines are drawn
 * by state in one stroke each, since a series for every one of a thousand trials would cost a second a frame.
 */
(() => {
  'use strict';

  const { colour, make } = window.assayChartTools;
  const font = '12px system-ui, sans-serif';

  /** What a trial's state looks like; later ones are drawn above earlier ones. */
  const looks = [
    { states: ['paused', 'pruned'], colour: '--ink-3', width: 1, alpha: 0.45 },
    { states: ['done'], colour: '--series-0', width: 1.25, alpha: 0.5 },
    { states: ['failed', 'infeasible', 'waiting'], colour: '--series-3', width: 1.25, alpha: 0.8 },
    { states: ['running'], colour: '--series-1', width: 2.25, alpha: 1 },
  ];
  window.assayTrialLooks = looks;

  const shown = (value) => String(Number(value.toPrecision(5)));

  function axes() {
    const axis = { stroke: colour('--ink-3'), font, ticks: { show: false } };
    return [
      {
        ...axis,
        grid: { show: false },
        space: 40,
        incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000],
      },
      {
        ...axis,
        grid: { stroke: colour('--line'), width: 1 },
        size: 64,
        values: (_, ticks) => ticks.map(shown),
      },
    ];
  }

  /** A chart whose data is drawn by its owner. */
  class DrawnChart {
    constructor(figure, height) {
      this.figure = figure;
      this.box = figure.querySelector('.live-plot');
      this.height = height;
      this.tip = make('p', 'live-tip');
      this.tip.hidden = true;
      figure.append(this.tip);
      new ResizeObserver(() => this.resize()).observe(this.box);
      matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.rebuild());
    }

    /** Sub-classes: `range()` of the data as [[x, x], [y, y]] or undefined, `paint(uplot)`, `nearest(uplot)`. */
    show() {
      this.bounds = this.range();
      this.figure.classList.toggle('is-empty', this.bounds === undefined);
      if (this.bounds === undefined) return;
      if (this.uplot === undefined) this.rebuild();
      else this.uplot.setData([this.bounds[0], [null, null]], true);
    }

    rebuild() {
      if (this.bounds === undefined) return;
      this.uplot?.destroy();
      const options = {
        width: Math.max(200, this.box.clientWidth),
        height: this.height,
        padding: [10, 14, 0, 0],
        legend: { show: false },
        cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
        scales: {
          x: { time: false, range: () => this.bounds[0] },
          y: { range: () => this.bounds[1] },
        },
        axes: axes(),
        series: [{}, {}],
        hooks: {
          draw: [(uplot) => this.paint(uplot)],
          setCursor: [(uplot) => this.point(uplot)],
        },
      };
      this.uplot = new uPlot(options, [this.bounds[0], [null, null]], this.box);
    }

    resize() {
      const width = this.box.clientWidth;
      if (this.uplot !== undefined && width > 0 && width !== this.uplot.width)
        this.uplot.setSize({ width, height: this.height });
    }

    point(uplot) {
      const found = uplot.cursor.left < 0 ? undefined : this.nearest(uplot);
      this.tip.hidden = found === undefined;
      if (found !== undefined) this.tip.textContent = found;
    }

    /** From values to pixels of the canvas, without a call for every point. */
    scale(uplot) {
      const { left, top, width, height } = uplot.bbox;
      const [[x0, x1], [y0, y1]] = this.bounds;
      return {
        x: (value) => left + ((value - x0) / (x1 - x0)) * width,
        y: (value) => top + height - ((value - y0) / (y1 - y0)) * height,
      };
    }
  }

  function padded(low, high) {
    const pad = (high - low || Math.abs(high) || 1) * 0.06;
    return [low - pad, high + pad];
  }

  class TrialCurves extends DrawnChart {
    constructor(figure, model) {
      super(figure, 320);
      this.model = model;
    }

    range() {
      let [x0, x1, y0, y1] = [Infinity, -Infinity, Infinity, -Infinity];
      for (const { epochs, values } of this.model.curves.values()) {
        for (let i = 0; i < epochs.length; i++) {
          const value = values[i];
          if (value === null) continue;
          if (epochs[i] < x0) x0 = epochs[i];
          if (epochs[i] > x1) x1 = epochs[i];
          if (value < y0) y0 = value;
          if (value > y1) y1 = value;
        }
      }
      if (x0 === Infinity) return undefined;
      return [x0 === x1 ? [x0 - 0.5, x1 + 0.5] : [x0, x1], padded(y0, y1)];
    }

    paint(uplot) {
      const { ctx, bbox } = uplot;
      const ratio = window.devicePixelRatio;
      const scale = this.scale(uplot);
      const { model } = this;
      const best = model.best();
      ctx.save();
      ctx.beginPath();
      ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
      ctx.clip();
      ctx.lineJoin = 'round';
      const stroke = (trials, look) => {
        ctx.strokeStyle = ctx.fillStyle = colour(look.colour);
        ctx.lineWidth = look.width * ratio;
        ctx.globalAlpha = look.alpha;
        ctx.beginPath();
        for (const trial of trials) this.trace(ctx, scale, trial.number, look.width * ratio);
        ctx.stroke();
      };
      for (const look of looks) stroke(model.ofStates(look.states), look);
      if (best !== undefined) stroke([best], { colour: '--series-2', width: 3, alpha: 1 });
      ctx.restore();
      const count = model.curves.size;
      const text = `${model.metric} by epoch, of ${count} ${count === 1 ? 'trial' : 'trials'}`;
      this.box.setAttribute('role', 'img');
      this.box.setAttribute('aria-label', `${text}; the table of all trials has the numbers`);
    }

    trace(ctx, scale, number, size) {
      const curve = this.model.curves.get(number);
      if (curve === undefined) return;
      let drawn = 0;
      curve.epochs.forEach((epoch, i) => {
        const value = curve.values[i];
        if (value === null) return;
        const [x, y] = [scale.x(epoch), scale.y(value)];
        if (drawn === 0) ctx.moveTo(x, y);
        else ctx.lineTo(x, y);
        drawn += 1;
        // One point alone would be no line.
        if (curve.epochs.length === 1) ctx.rect(x - size, y - size, 2 * size, 2 * size);
      });
    }

    nearest(uplot) {
      const ratio = window.devicePixelRatio;
      const scale = this.scale(uplot);
      const { left, top } = uplot.cursor;
      const [x, y] = [left * ratio + uplot.bbox.left, top * ratio + uplot.bbox.top];
      let found;
      let distance = 40 * ratio;
      for (const [number, { epochs, values }] of this.model.curves) {
        for (let i = 0; i < epochs.length; i++) {
          if (values[i] === null) continue;
          const away = Math.hypot(scale.x(epochs[i]) - x, scale.y(values[i]) - y);
          if (away >= distance) continue;
          distance = away;
          found = { number, epoch: epochs[i], value: values[i] };
        }
      }
      if (found === undefined) return undefined;
      const trial = this.model.trials.get(found.number);
      return `trial ${found.number} (${trial?.state ?? ''}), epoch ${found.epoch}: ${shown(found.value)}${trial?.labels ? `; ${trial.labels}` : ''}`;
    }
  }

  /** The objective of trials in the order in which they ended, and the best until then. */
  class History extends DrawnChart {
    constructor(figure, model) {
      super(figure, 220);
      this.model = model;
      this.points = [];
    }

    range() {
      this.points = this.model.measured();
      if (this.points.length === 0) return undefined;
      const values = this.points.map(({ value }) => value);
      const low = values.reduce((least, value) => Math.min(least, value), Infinity);
      const high = values.reduce((most, value) => Math.max(most, value), -Infinity);
      return [[0.5, this.points.length + 0.5], padded(low, high)];
    }

    paint(uplot) {
      const { ctx } = uplot;
      const ratio = window.devicePixelRatio;
      const scale = this.scale(uplot);
      ctx.save();
      ctx.fillStyle = colour('--series-0');
      ctx.globalAlpha = 0.6;
      const size = (this.points.length > 300 ? 1.5 : 2.5) * ratio;
      this.points.forEach(({ value }, i) => {
        ctx.fillRect(scale.x(i + 1) - size, scale.y(value) - size, 2 * size, 2 * size);
      });
      ctx.globalAlpha = 1;
      ctx.strokeStyle = colour('--series-2');
      ctx.lineWidth = 2.5 * ratio;
      ctx.beginPath();
      this.points.forEach(({ best }, i) => {
        const [x, y] = [scale.x(i + 1), scale.y(best)];
        if (i === 0) ctx.moveTo(x, y);
        else {
          ctx.lineTo(x, scale.y(this.points[i - 1].best));
          ctx.lineTo(x, y);
        }
      });
      ctx.stroke();
      ctx.restore();
      this.box.setAttribute('role', 'img');
      const last = this.points.at(-1);
      this.box.setAttribute(
        'aria-label',
        `${this.model.objective} of ${this.points.length} trials in the order in which they ended; the best is ${shown(last.best)}`,
      );
    }

    nearest(uplot) {
      const at = Math.round(uplot.posToVal(uplot.cursor.left, 'x')) - 1;
      const point = this.points[at];
      return point && `trial ${point.number}: ${shown(point.value)}; best until then ${shown(point.best)}`;
    }
  }

  window.assayTrialCurves = { TrialCurves, History };
})();
