// What scrolls sideways can be scrolled by the keyboard: it takes the focus while there is
// something to scroll, and nothing in it that takes the focus instead.
(() => {
  if (window.givesScrollersFocus) return; // loaded again with the page's elements
  window.givesScrollersFocus = true;
  const ROWS = '[data-testid="stHorizontalBlock"]';
  const FOCUSABLE = "a[href], button, input, select, textarea, [tabindex]";
  const LOOK_MS = 150; // a page that is being drawn changes many times in it

  let waiting = 0;
  const soon = () => {
    waiting ||= setTimeout(look, LOOK_MS);
  };
  const sizes = new ResizeObserver(soon);
  const look = () => {
    waiting = 0;
    for (const row of document.querySelectorAll(ROWS)) {
      if (row.querySelector(FOCUSABLE)) {
        row.removeAttribute("tabindex");
        continue;
      }
      for (const each of [row, ...row.children]) sizes.observe(each);
      if (row.scrollWidth > row.clientWidth) row.tabIndex = 0;
      else row.removeAttribute("tabindex");
    }
  };
  new MutationObserver(soon).observe(document.body, { childList: true, subtree: true });
  look();
})();
