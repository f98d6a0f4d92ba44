/* What charts are made with: colours of the theme, elements, values as text, ticks of a logarithmic axis. */
(() => {
  'use strict';

  /** The computed value of a custom property, `light-dark()` resolved. */
  function colour(name) {
    const probe = document.createElement('span');
    probe.style.color = `var(${name})`;
    document.body.append(probe);
    const value = getComputedStyle(probe).color;
    probe.remove();
    return value;
  }

  const make = (tag, className, text) => {
    const node = document.createElement(tag);
    node.className = className;
    if (text !== undefined) node.textContent = text;
    return node;
  };

  const formats = {
    percent: (value) => `${(value * 100).toFixed(2)}\u202f%`,
    decimal: (value) =>
      Math.abs(value) < 1e-3 || Math.abs(value) >= 1e5 ? value.toExponential(2) : value.toPrecision(4),
  };
  const tickFormats = {
    percent: (value) => `${Number((value * 100).toPrecision(6))}\u202f%`,
    decimal: (value) =>
      value !== 0 && (Math.abs(value) < 1e-3 || Math.abs(value) >= 1e5)
        ? value.toExponential(0)
        : String(Number(value.toPrecision(6))),
  };

  /** 1, 2 and 5 times the powers of ten between `low` and `high`. */
  function logarithmicTicks(low, high) {
    const ticks = [];
    for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++)
      for (const step of [1, 2, 5]) ticks.push(Number((step * 10 ** power).toPrecision(1)));
    return ticks.filter((tick) => tick >= low && tick <= high);
  }

  window.assayChartTools = { colour, make, formats, tickFormats, logarithmicTicks };
})();
