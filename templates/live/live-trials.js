/* The table of all trials of a sweep: sorted by any column, by state, by what is searched for; a hundred rows at a time. */
(() => {
  'use strict';

  const { make } = window.assayChartTools;
  const step = 100;
  const shown = (value) => (typeof value === 'number' ? String(Number(value.toPrecision(5))) : '–');

  const columns = [
    { title: 'Trial', of: ({ number }) => number },
    { title: 'State', text: true, of: ({ state }) => state },
    { title: 'Objective', of: ({ values }) => values[0] ?? null, shown: ({ values }) => shown(values[0]) },
    { title: 'Epochs', of: ({ epochs }) => epochs },
    { title: 'Seconds', of: ({ seconds }) => seconds, shown: ({ seconds }) => shown(seconds) },
    { title: 'Settings', text: true, of: ({ labels }) => labels },
    { title: 'Why', text: true, of: ({ problem }) => problem ?? '' },
  ];

  window.AssayTrialTable = class {
    constructor(box, model) {
      this.box = box;
      this.model = model;
      this.limit = step;
      this.sort = undefined;
      box.hidden = false;
      this.state = box.querySelector('[data-state]');
      this.search = box.querySelector('[data-search]');
      this.more = box.querySelector('[data-more]');
      for (const input of [this.state, this.search])
        input.addEventListener('input', () => {
          this.limit = step;
          this.show();
        });
      this.more.addEventListener('click', () => {
        this.limit += step;
        this.show();
      });
      this.makeHead();
    }

    makeHead() {
      const head = this.box.querySelector('thead tr');
      columns.forEach((column, i) => {
        const cell = make('th', column.text ? 'text' : '');
        cell.scope = 'col';
        const button = make('button', '', column.title);
        button.type = 'button';
        button.addEventListener('click', () => {
          const again = this.sort?.column === i;
          this.sort = { column: i, down: again ? !this.sort.down : !column.text };
          this.show();
        });
        cell.append(button);
        head.append(cell);
      });
    }

    order() {
      if (this.sort !== undefined) return this.sort;
      // The best first, until somebody says otherwise.
      return { column: 2, down: this.model.goal !== 'minimize' };
    }

    rows() {
      const { column, down } = this.order();
      const { of } = columns[column];
      const wanted = this.search.value.trim().toLowerCase();
      const state = this.state.value;
      const turn = down ? -1 : 1;
      return [...this.model.trials.values()]
        .filter((trial) => state === '' || trial.state === state)
        .filter(({ labels, problem, number }) =>
          wanted === '' ? true : `${number} ${labels} ${problem ?? ''}`.toLowerCase().includes(wanted),
        )
        .sort((a, b) => {
          const [x, y] = [of(a), of(b)];
          // What has no value comes last, whichever way.
          if (x === null || y === null) return (x === null) - (y === null) || a.number - b.number;
          return (x < y ? -turn : x > y ? turn : 0) || a.number - b.number;
        });
    }

    show() {
      const rows = this.rows();
      const { column, down } = this.order();
      this.box.querySelectorAll('thead th').forEach((cell, i) => {
        if (i === column) cell.setAttribute('aria-sort', down ? 'descending' : 'ascending');
        else cell.removeAttribute('aria-sort');
      });
      const body = this.box.querySelector('tbody');
      const focused = body.contains(document.activeElement)
        ? document.activeElement.getAttribute('href')
        : null;
      body.replaceChildren(...rows.slice(0, this.limit).map((trial) => this.makeRow(trial)));
      if (focused !== null)
        [...body.querySelectorAll('a')]
          .find((link) => link.getAttribute('href') === focused)
          ?.focus({ preventScroll: true });
      this.more.hidden = rows.length <= this.limit;
      const all = this.model.trials.size;
      const seen = Math.min(rows.length, this.limit);
      this.box.querySelector('[data-count]').textContent =
        rows.length === all
          ? `${seen} of ${all} trials`
          : `${seen} of ${rows.length} that fit, of ${all} trials`;
    }

    makeRow(trial) {
      const row = document.createElement('tr');
      columns.forEach((column, i) => {
        const cell = make(i === 0 ? 'th' : 'td', column.text ? 'text' : '');
        if (i === 0) {
          cell.scope = 'row';
          const link = make('a', '', String(trial.number));
          link.href = trial.address;
          cell.append(link);
        } else if (column.title === 'State')
          cell.append(make('span', `live-mark mark-${trial.state}`, trial.state));
        else cell.textContent = (column.shown ?? column.of)(trial);
        row.append(cell);
      });
      return row;
    }
  };
})();
