/* What every page of Assay does: copy buttons, boxes that scroll, the list of contents that follows. */
(() => {
  'use strict';

  /** Copies by the clipboard's API, or where a page from a file may not use it, by selecting. */
  async function copyText(source) {
    try {
      await navigator.clipboard.writeText(source.textContent);
    } catch {
      const selection = document.getSelection();
      selection.selectAllChildren(source);
      document.execCommand('copy');
      selection.removeAllRanges();
    }
  }

  function startCopyButtons() {
    for (const button of document.querySelectorAll('button.copy')) {
      button.hidden = false;
      button.addEventListener('click', async () => {
        await copyText(button.parentElement.querySelector('code'));
        button.textContent = 'Copied';
        setTimeout(() => (button.textContent = 'Copy'), 1600);
      });
    }
  }

  /** A box is a stop for the keyboard only while there is something to scroll. */
  function startScrollBoxes() {
    const watch = new ResizeObserver((entries) => {
      for (const { target } of entries) {
        if (target.scrollWidth > target.clientWidth + 1) target.tabIndex = 0;
        else target.removeAttribute('tabindex');
      }
    });
    for (const box of document.querySelectorAll('.scroll, .command pre')) watch.observe(box);
  }

  function startContents() {
    const links = new Map(
      [...document.querySelectorAll('.contents a')].map((link) => [link.hash.slice(1), link]),
    );
    const visible = new Set();
    const watch = new IntersectionObserver(
      (entries) => {
        for (const { target, isIntersecting } of entries) {
          if (isIntersecting) visible.add(target.id);
          else visible.delete(target.id);
        }
        const current = [...links.keys()].find((id) => visible.has(id));
        for (const [id, link] of links) {
          if (id === current) link.setAttribute('aria-current', 'true');
          else link.removeAttribute('aria-current');
        }
      },
      { rootMargin: '-10% 0px -60% 0px' },
    );
    for (const section of document.querySelectorAll('main > section')) watch.observe(section);
  }

  document.documentElement.classList.add('scripted');
  /** Once the whole page is there. */
  window.assayPage = () => {
    startCopyButtons();
    startScrollBoxes();
    startContents();
  };
})();
