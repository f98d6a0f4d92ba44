/* Follows the server's events: shows parts of the page anew, hands data to the page's charts, says whether it is live. */
(() => {
  'use strict';

  window.assayPage();

  const state = document.querySelector('[data-live-state]');
  const shown = new Map();
  const isSweep = document.querySelector('[data-view]') !== null;
  const takeSweep = isSweep ? window.assaySweepPage() : undefined;

  function say(kind, text) {
    if (state.dataset.state === kind) return;
    state.dataset.state = kind;
    state.textContent = text;
  }

  function showPart(id, html) {
    const part = document.querySelector(`[data-part="${id}"]`);
    if (part === null || shown.get(id) === html) return;
    shown.set(id, html);
    const fresh = document.createElement('template');
    fresh.innerHTML = html;
    window.assayMorph(part, fresh.content.childNodes);
  }

  if (document.querySelector('[data-part="curves"]') !== null) window.assayCharts([]);

  let source;
  let last = '';

  function take(event, whole) {
    last = event.lastEventId;
    const { html, data } = JSON.parse(event.data);
    for (const [id, text] of Object.entries(html)) showPart(id, text);
    if (data?.charts !== undefined) window.assayUpdateCharts(data.charts);
    if (data?.trials !== undefined) takeSweep?.(data, whole);
    say('live', 'live');
  }

  function follow() {
    const { events } = document.body.dataset;
    if (events === '' || source !== undefined) return;
    const address = new window.URL(events, window.location.href);
    if (last !== '') address.searchParams.set('after', last);
    source = new window.EventSource(address);
    source.addEventListener('snapshot', (event) => take(event, true));
    source.addEventListener('change', (event) => take(event, false));
    source.addEventListener('open', () => say('live', 'live'));
    source.addEventListener('error', () => {
      say('lost', 'connection lost, trying again');
      // A browser gives up where the server said no; by then it may say yes.
      if (source?.readyState === window.EventSource.CLOSED) {
        source = undefined;
        setTimeout(follow, 5000);
      }
    });
  }

  function rest() {
    source?.close();
    source = undefined;
  }

  // A browser has six connections for all its pages of one server: those that nobody looks at leave theirs.
  document.addEventListener('visibilitychange', () => (document.hidden ? rest() : follow()));
  window.addEventListener('pagehide', rest);
  window.addEventListener('pageshow', follow);
  if (!document.hidden) follow();
})();
