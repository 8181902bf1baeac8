// What scrolls sideways can be scrolled by the keyboard: it takes the focus while there is
// something to scroll, and nothing in it that takes the focus instead.
(() => {
  if (window.givesScrollersFocus) return; // loaded again with the page's elements
  window.givesScrollersFocus = true;
  const ROWS = '[data-testid="stHorizontalBlock"]';
  const FOCUSABLE = "a[href], button, input, select, textarea, [tabindex]";

  const look = () => {
    for (const row of document.querySelectorAll(ROWS)) {
      const scrolls = row.scrollWidth > row.clientWidth && !row.querySelector(FOCUSABLE);
      if (scrolls) row.tabIndex = 0;
      else row.removeAttribute("tabindex");
    }
  };
  let waiting = 0;
  const soon = () => {
    clearTimeout(waiting);
    waiting = setTimeout(look, 300);
  };
  new MutationObserver(soon).observe(document.body, { childList: true, subtree: true });
  window.addEventListener("resize", soon);
  soon();
})();
