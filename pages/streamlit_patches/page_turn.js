// A browser stays where it was scrolled to when the page of a list is turned: at the list's
// end, where the buttons are; and when another page is opened. A page is read from its beginning.
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

  let at = location.pathname;
  new MutationObserver(() => {
    if (location.pathname === at) return;
    at = location.pathname;
    const main = document.querySelector('[data-testid="stMain"]');
    if (main) main.scrollTop = 0;
  }).observe(document.body, { childList: true, subtree: true });
})();
