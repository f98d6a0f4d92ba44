/*
 * Line charts over epochs, drawn by uPlot: legend that toggles, values under the pointer or by arrow keys, logarithmic
 * scale, colours of the page's theme. Charts of one page point at the same epoch together.
 */
(() => {
  'use strict';

  const font = '12px system-ui, sans-serif';

  const { colour, make, formats, tickFormats, logarithmicTicks } = window.assayChartTools;

  class LineChart {
    /** Charts that point at the same epoch. */
    static all = [];

    constructor(figure, chart) {
      this.chart = chart;
      this.height = chart.minor ? 150 : 260;
      figure.classList.toggle('chart-minor', chart.minor);
      this.plot = figure.querySelector('.chart-plot');
      this.shown = chart.series.map(() => true);
      this.logarithmic = false;
      this.format = formats[chart.format];
      // Loss falls and accuracy rises: the free corner is at the top of the one and at the bottom of the other.
      this.tip = make('div', `chart-tip chart-tip-${chart.format === 'percent' ? 'bottom' : 'top'}`);
      this.makeLegend(figure.querySelector('.chart-series'));
      if (chart.logarithmic) this.makeScaleSwitch(figure.querySelector('.chart-tools'));
      this.makeKeyboard();
      this.draw();
      new ResizeObserver(() => this.resize()).observe(this.plot);
      LineChart.all.push(this);
    }

    makeLegend(box) {
      this.values = this.chart.series.map(({ label, place }, i) => {
        const button = make('button', `toggle series-${place % 4}`);
        button.type = 'button';
        button.setAttribute('aria-pressed', 'true');
        const value = make('output', 'value');
        value.setAttribute('aria-live', 'off');
        button.append(make('i', 'stroke'), make('span', '', label), value);
        button.addEventListener('click', () => {
          this.shown[i] = !this.shown[i];
          button.setAttribute('aria-pressed', String(this.shown[i]));
          this.uplot.setSeries(i + 1, { show: this.shown[i] });
        });
        box.append(button);
        return value;
      });
    }

    makeScaleSwitch(box) {
      const button = make('button', 'tool', 'Log scale');
      button.type = 'button';
      button.setAttribute('aria-pressed', 'false');
      button.addEventListener('click', () => {
        this.logarithmic = !this.logarithmic;
        button.setAttribute('aria-pressed', String(this.logarithmic));
        this.draw();
      });
      box.append(button);
    }

    /** A slider over epochs, which is what the chart is to a keyboard and a screen reader. */
    makeKeyboard() {
      const { plot, chart } = this;
      plot.tabIndex = 0;
      plot.setAttribute('role', 'slider');
      plot.setAttribute('aria-label', `${chart.title} by epoch`);
      plot.setAttribute('aria-valuemin', String(chart.epochs[0]));
      plot.setAttribute('aria-valuemax', String(chart.epochs.at(-1)));
      plot.addEventListener('keydown', (event) => {
        const last = this.chart.epochs.length - 1;
        const at = this.at ?? last;
        const moves = {
          ArrowLeft: at - 1,
          ArrowDown: at - 1,
          ArrowRight: at + 1,
          ArrowUp: at + 1,
          Home: 0,
          End: last,
        };
        if (event.key === 'Escape') LineChart.point(undefined);
        else if (event.key in moves) LineChart.point(Math.min(last, Math.max(0, moves[event.key])));
        else return;
        event.preventDefault();
      });
      plot.addEventListener('focus', () => {
        if (plot.matches(':focus-visible')) LineChart.point(this.at ?? this.chart.epochs.length - 1);
      });
      plot.addEventListener('blur', () => LineChart.point(undefined));
    }

    /** Shows more of the same series; anything else is drawn anew. */
    grow(chart) {
      const labels = ({ series }) => series.map(({ label }) => label).join();
      const isSame = labels(chart) === labels(this.chart);
      // Whoever reads an epoch goes on reading it.
      const at = chart.epochs.indexOf(this.chart.epochs[this.at]);
      this.chart = chart;
      this.plot.setAttribute('aria-valuemin', String(chart.epochs[0]));
      this.plot.setAttribute('aria-valuemax', String(chart.epochs.at(-1)));
      if (!isSame) {
        const box = this.plot.parentElement.querySelector('.chart-series');
        box.replaceChildren();
        this.shown = chart.series.map(() => true);
        this.makeLegend(box);
      }
      this.draw(at < 0 ? undefined : at);
    }

    /** Points all charts at the place `index` of the epochs, or at none. */
    static point(index) {
      for (const chart of LineChart.all) {
        const left = index === undefined ? -10 : chart.uplot.valToPos(chart.chart.epochs[index], 'x');
        chart.uplot.setCursor({ left, top: index === undefined ? -10 : 0 }, false);
        chart.tell(index);
      }
    }

    /** Writes the values at an epoch, by default the last, into legend, tip and the slider's text. */
    tell(index) {
      const { chart, tip, plot, uplot } = this;
      this.at = index;
      const shown = index ?? chart.epochs.length - 1;
      const lines = chart.series.map(({ label, values }, i) => {
        const value = values[shown];
        const text = value === null || value === undefined ? '–' : this.format(value);
        this.values[i].textContent = text;
        return { label, text, i };
      });
      const epoch = `epoch ${chart.epochs[shown]}`;
      plot.setAttribute('aria-valuenow', String(chart.epochs[shown]));
      plot.setAttribute(
        'aria-valuetext',
        [epoch, ...lines.map(({ label, text }) => `${label} ${text}`)].join(', '),
      );
      tip.hidden = index === undefined;
      if (tip.hidden) return;
      tip.replaceChildren(
        make('b', '', epoch),
        ...lines
          .filter(({ i }) => this.shown[i])
          .map(({ label, text, i }) => {
            const line = make('span', `series-${chart.series[i].place % 4}`);
            line.append(make('i', 'stroke'), make('span', '', label), make('span', 'value', text));
            return line;
          }),
      );
      const left = uplot.valToPos(chart.epochs[index], 'x');
      const { clientWidth } = uplot.over;
      const onLeft = left > clientWidth / 2;
      tip.style.left = onLeft ? '' : `${left + 12}px`;
      tip.style.right = onLeft ? `${clientWidth - left + 12}px` : '';
    }

    yRange(low, high) {
      if (low === null) return [0, 1];
      if (this.logarithmic) return [low / 1.25, high * 1.25];
      const pad = (high - low || Math.abs(high) || 1) * 0.08;
      if (this.chart.format === 'percent') return [Math.max(0, low - pad), Math.min(1, high + pad)];
      return [low >= 0 ? 0 : low - pad, high + pad];
    }

    options() {
      const { chart } = this;
      const [ink, line] = [colour('--ink-3'), colour('--line')];
      const axis = { stroke: ink, font, ticks: { show: false } };
      const points = chart.epochs.length <= 40;
      const single = chart.epochs.length === 1;
      const strokes = chart.series.map(({ place }) => colour(`--series-${place % 4}`));
      return {
        width: this.plot.clientWidth,
        height: this.height,
        padding: [10, 14, 0, 0],
        legend: { show: false },
        cursor: {
          y: false,
          drag: { x: false, y: false },
          points: { size: 9, fill: (_, i) => strokes[i - 1], stroke: (_, i) => strokes[i - 1] },
        },
        scales: {
          x: { time: false, range: (_, low, high) => (single ? [low - 0.5, high + 0.5] : [low, high]) },
          y: { distr: this.logarithmic ? 3 : 1, range: (_, low, high) => this.yRange(low, high) },
        },
        axes: [
          {
            ...axis,
            grid: { show: false },
            space: 28,
            size: 32,
            // Half epochs and those beyond the last don't exist.
            values: (_, ticks) => ticks.map((tick) => (chart.epochs.includes(tick) ? tick : '')),
            incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000],
          },
          {
            ...axis,
            grid: { stroke: line, width: 1 },
            space: 36,
            size: chart.format === 'percent' ? 62 : 54,
            ...(this.logarithmic
              ? { splits: (_, __, low, high) => logarithmicTicks(low, high), filter: (_, ticks) => ticks }
              : {}),
            values: (_, ticks) => ticks.map((tick) => tickFormats[chart.format](tick)),
          },
        ],
        series: [
          {},
          ...chart.series.map(({ label, place }, i) => {
            const stroke = strokes[i];
            return {
              label,
              stroke,
              show: this.shown[i],
              width: 2,
              // Told apart without colour, too.
              ...(place === 0 && chart.series.length > 1 ? { dash: [6, 4] } : {}),
              points: { show: points, size: 6, width: 2, fill: place === 0 ? colour('--card') : stroke },
            };
          }),
        ],
        hooks: {
          setCursor: [(uplot) => this.follow(uplot.cursor.idx)],
          drawAxes: [(uplot) => this.drawMark(uplot)],
        },
      };
    }

    /** The pointer moved in this chart: the others follow. */
    follow(index) {
      const at = index ?? undefined;
      if (!this.drawing && at !== this.at) LineChart.point(at);
    }

    /** The epoch whose weights were kept. */
    drawMark(uplot) {
      const { markedEpoch } = this.chart;
      if (markedEpoch === null) return;
      const { ctx, bbox } = uplot;
      const x = Math.round(uplot.valToPos(markedEpoch, 'x', true));
      const ratio = window.devicePixelRatio;
      ctx.save();
      ctx.strokeStyle = ctx.fillStyle = colour('--ink-3');
      ctx.setLineDash([2 * ratio, 3 * ratio]);
      ctx.lineWidth = ratio;
      ctx.beginPath();
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
      const onLeft = x > bbox.left + bbox.width / 2;
      ctx.font = `${11 * ratio}px system-ui, sans-serif`;
      ctx.textAlign = onLeft ? 'right' : 'left';
      const top =
        this.chart.format === 'percent' ? bbox.top + bbox.height - 8 * ratio : bbox.top + 12 * ratio;
      ctx.fillText('best', x + (onLeft ? -6 : 6) * ratio, top);
      ctx.restore();
    }

    /** Anew, pointing at the place `at` of the epochs, or at none. */
    draw(at) {
      this.drawing = true;
      this.uplot?.destroy();
      const { epochs, series } = this.chart;
      this.uplot = new uPlot(this.options(), [epochs, ...series.map(({ values }) => values)], this.plot);
      this.uplot.over.append(this.tip);
      this.uplot.over.addEventListener('pointerdown', (event) => this.touch(event));
      this.uplot.over.addEventListener('pointermove', (event) => this.touch(event));
      this.drawing = false;
      this.tell(undefined);
      if (at === undefined) return;
      // Where an epoch stands is known once the plot is drawn, which is after this.
      const { uplot } = this;
      window.queueMicrotask(() => {
        if (uplot !== this.uplot) return;
        uplot.setCursor({ left: uplot.valToPos(epochs[at], 'x'), top: 0 }, false);
        this.tell(at);
      });
    }

    /** uPlot listens to the mouse alone; a finger points as well. */
    touch(event) {
      if (event.pointerType === 'mouse') return;
      const { left } = this.uplot.over.getBoundingClientRect();
      LineChart.point(this.uplot.posToIdx(event.clientX - left));
    }

    resize(width = this.plot.clientWidth) {
      if (width > 0 && width !== this.uplot.width) this.uplot.setSize({ width, height: this.height });
    }
  }

  function drawAll() {
    for (const chart of LineChart.all) chart.draw();
  }

  /** Shows what grew since, in the figures that are there now: those that came are drawn, those that went are let go. */
  window.assayUpdateCharts = (charts) => {
    LineChart.all = LineChart.all.filter(({ plot }) => plot.isConnected);
    for (const figure of document.querySelectorAll('[data-chart]')) {
      const chart = charts.find(({ id }) => id === figure.dataset.chart);
      if (chart === undefined) continue;
      const known = LineChart.all.find(({ plot }) => figure.contains(plot));
      if (known === undefined) new LineChart(figure, chart);
      else known.grow(chart);
    }
  };

  /** Draws the charts of `data` into the figures that bear their ids. */
  window.assayCharts = (charts) => {
    for (const figure of document.querySelectorAll('[data-chart]')) {
      const chart = charts.find(({ id }) => id === figure.dataset.chart);
      if (chart !== undefined) new LineChart(figure, chart);
    }
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawAll);
    // Paper is light and about 680 pixels wide, whatever the screen is.
    window.addEventListener('beforeprint', () => {
      document.documentElement.dataset.theme = 'light';
      for (const chart of LineChart.all) {
        chart.draw();
        chart.resize(640);
      }
    });
    window.addEventListener('afterprint', () => {
      delete document.documentElement.dataset.theme;
      drawAll();
    });
  };
})();
