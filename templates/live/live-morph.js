/*
 * Shows a part of the page anew by changing what is different alone: whoever reads it aloud, has marked text in it, is on a
 * link or has scrolled a box stays where they are, twice a second.
 */
(() => {
  'use strict';

  /** Rows and entries are told apart by what they lead to; a chart is its own. */
  function keyOf(node) {
    if (!(node instanceof window.Element)) return undefined;
    if (node.dataset.chart !== undefined) return node.dataset.chart;
    if (!['TR', 'LI', 'ARTICLE'].includes(node.nodeName)) return undefined;
    return node.querySelector('a[href]')?.getAttribute('href');
  }

  /** What people and scripts set, which the server knows nothing of. */
  function isOurs(element, name) {
    return (element.nodeName === 'DETAILS' && name === 'open') || name === 'tabindex';
  }

  function patch(old, fresh) {
    if (!(old instanceof window.Element)) {
      if (old.data !== fresh.data) old.data = fresh.data;
      return;
    }
    if (old.dataset.chart !== undefined) return;
    for (const { name } of [...old.attributes])
      if (!fresh.hasAttribute(name) && !isOurs(old, name)) old.removeAttribute(name);
    for (const { name, value } of fresh.attributes)
      if (old.getAttribute(name) !== value && !isOurs(old, name)) old.setAttribute(name, value);
    patchChildren(old, fresh.childNodes);
  }

  function patchChildren(parent, nodes) {
    const fresh = [...nodes];
    const wanted = new Set(fresh.map(keyOf));
    const known = new Map();
    for (const child of [...parent.childNodes]) {
      const key = keyOf(child);
      if (key === undefined) continue;
      // Those that went go first: those that stay need not be moved, which would take the focus from them.
      if (wanted.has(key) && !known.has(key)) known.set(key, child);
      else child.remove();
    }
    let at = parent.firstChild;
    for (const node of fresh) {
      const key = keyOf(node);
      let old = key === undefined ? at : known.get(key);
      const fits = old && old.nodeName === node.nodeName && keyOf(old) === key;
      if (!fits) {
        parent.insertBefore(node, at);
        continue;
      }
      if (old !== at) parent.insertBefore(old, at);
      at = old.nextSibling;
      patch(old, node);
    }
    while (at !== null) {
      const next = at.nextSibling;
      at.remove();
      at = next;
    }
  }

  /** Makes the children of `parent` like `nodes`; who had the focus keeps it where its link is still there. */
  window.assayMorph = (parent, nodes) => {
    const active = parent.contains(document.activeElement) ? document.activeElement : null;
    const address = active?.getAttribute('href') ?? null;
    patchChildren(parent, nodes);
    if (address === null || document.activeElement === active) return;
    [...parent.querySelectorAll('a')]
      .find((link) => link.getAttribute('href') === address)
      ?.focus({ preventScroll: true });
  };
})();
