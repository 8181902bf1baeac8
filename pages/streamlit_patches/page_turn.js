// A browser stays where it was scrolled to when the page of a list is turned: at the list's
// end, where the buttons are; when another page is opened; and when the next pair of answers
// is to be voted on. All of them are read from their beginning.
(() => {
  if (window.turnsPagesToTheirTop) return; // loaded again with the page's elements
  window.turnsPagesToTheirTop = true;
  const TURNS = '[class*="-older"] button, [class*="-newer"] button';
  const scrolls = (element) => /auto|scroll/.test(getComputedStyle(element).overflowY);

  addEventListener("click", ({ target }) => {
    let page = target.closest(TURNS)?.parentElement;
    while (page && !scrolls(page)) page = page.parentElement;
    if (page) page.scrollTop = 0;
  });

  const pairShown = () =>
    location.pathname.endsWith("/evaluate")
      ? /st-key-pair-\d+/.exec(document.querySelector('[class*="st-key-pair-"]')?.className)?.[0]
      : undefined;

  let at = location.pathname;
  let pair;
  new MutationObserver(() => {
    const shown = pairShown();
    if (location.pathname === at && shown === pair) return;
    at = location.pathname;
    pair = shown;
    const main = document.querySelector('[data-testid="stMain"]');
    if (main) main.scrollTop = 0;
  }).observe(document.body, { childList: true, subtree: true });
})();
