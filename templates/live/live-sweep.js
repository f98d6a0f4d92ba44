/* The page of one sweep: what is known of its trials, and who shows it. */
(() => {
  'use strict';

  class SweepModel {
    constructor() {
      this.trials = new Map();
      this.curves = new Map();
      this.metric = '';
      this.objective = '';
      this.goal = 'maximize';
    }

    /** Takes what a stream told: everything, or what changed. */
    take(data, whole) {
      if (whole) {
        this.trials.clear();
        this.curves.clear();
      }
      const { trials, curves, metric, objective, goal } = data;
      Object.assign(this, { metric: metric ?? '', objective, goal });
      for (const trial of trials) this.trials.set(trial.number, trial);
      for (const [number, { from, epochs, values }] of Object.entries(curves)) {
        const known = this.curves.get(Number(number)) ?? { epochs: [], values: [] };
        known.epochs.splice(from, Infinity, ...epochs);
        known.values.splice(from, Infinity, ...values);
        this.curves.set(Number(number), known);
      }
    }

    ofStates(states) {
      return [...this.trials.values()].filter(({ state }) => states.includes(state));
    }

    isBetter(a, b) {
      return this.goal === 'minimize' ? a < b : a > b;
    }

    /** Trials that are done with a number, by their end, each with the best until then. */
    measured() {
      let best;
      return this.ofStates(['done'])
        .filter(({ values }) => typeof values[0] === 'number')
        .sort((a, b) => a.ended - b.ended)
        .map(({ number, values }) => {
          if (best === undefined || this.isBetter(values[0], best)) best = values[0];
          return { number, value: values[0], best };
        });
    }

    best() {
      return this.ofStates(['done'])
        .filter(({ values }) => typeof values[0] === 'number')
        .reduce((a, b) => (a === undefined || this.isBetter(b.values[0], a.values[0]) ? b : a), undefined);
    }
  }

  /** When trials were on which worker; where that is not known, on the first lane that was free. */
  class TimeLine {
    constructor(figure, model) {
      this.figure = figure;
      this.model = model;
      this.canvas = figure.querySelector('canvas');
      new ResizeObserver(() => this.show()).observe(this.canvas);
      matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.show());
    }

    show() {
      const { canvas, model, figure } = this;
      const now = Date.now();
      const trials = [...model.trials.values()];
      const spans = trials.flatMap(({ spans, state }) =>
        spans.map(([worker, from, to]) => ({ lane: worker - 1, from, to: Math.max(from, to ?? now), state })),
      );
      const lanes = [];
      for (const { lane, to } of spans) lanes[lane] = Math.max(lanes[lane] ?? 0, to);
      const unknown = trials
        .filter(({ spans, started }) => spans.length === 0 && started !== null)
        .map(({ started, ended, state }) => ({ from: started, to: Math.max(started, ended ?? now), state }))
        .sort((a, b) => a.from - b.from);
      for (const span of unknown) {
        const free = lanes.findIndex((end) => (end ?? 0) <= span.from);
        span.lane = free === -1 ? lanes.length : free;
        lanes[span.lane] = span.to;
        spans.push(span);
      }
      if (spans.length === 0) return;
      const first = spans.reduce((least, { from }) => Math.min(least, from), Infinity);
      const last = spans.reduce((most, { to }) => Math.max(most, to), 0);
      const ratio = window.devicePixelRatio;
      canvas.style.height = `${Math.min(160, Math.max(24, 24 * lanes.length))}px`;
      const { clientWidth, clientHeight } = canvas;
      canvas.width = clientWidth * ratio;
      canvas.height = clientHeight * ratio;
      const context = canvas.getContext('2d');
      const height = canvas.height / lanes.length;
      const x = (time) => ((time - first) / Math.max(1, last - first)) * canvas.width;
      for (const { states, colour, alpha } of window.assayTrialLooks) {
        context.fillStyle = window.assayChartTools.colour(colour);
        context.globalAlpha = Math.max(0.7, alpha);
        for (const { from, to, lane, state } of spans) {
          if (!states.includes(state)) continue;
          const width = Math.max(ratio, x(to) - x(from) - 0.5 * ratio);
          context.fillRect(x(from), lane * height, width, Math.max(1, height - ratio));
        }
      }
      const clock = (time) => new Date(time).toISOString().slice(0, 16).replace('T', ' ');
      figure.querySelector('[data-from]').textContent = `${clock(first)} UTC`;
      figure.querySelector('[data-to]').textContent = `${clock(last)} UTC`;
      const text = `${trials.length} trials on ${lanes.length} workers, from ${clock(first)} to ${clock(last)} UTC`;
      canvas.setAttribute('aria-label', text);
    }
  }

  /** Starts the page; the result takes what the stream tells. */
  window.assaySweepPage = () => {
    const model = new SweepModel();
    const { TrialCurves, History } = window.assayTrialCurves;
    const shows = [
      new TrialCurves(document.querySelector('[data-live-curves]'), model),
      new History(document.querySelector('[data-live-history]'), model),
      new TimeLine(document.querySelector('[data-live-time-line]'), model),
      new window.AssayTrialTable(document.querySelector('[data-live-trials]'), model),
    ];
    let due = false;
    const showAll = () => {
      due = false;
      for (const one of shows) one.show();
    };
    return (data, whole) => {
      model.take(data, whole);
      // Events may come faster than a page of a thousand trials is worth drawing.
      if (!due) setTimeout(() => requestAnimationFrame(showAll), whole ? 0 : 400);
      due = true;
    };
  };
})();
