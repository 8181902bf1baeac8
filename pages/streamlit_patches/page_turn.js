// A browser stays where it was scrolled to when the page of a list is turned: at the list's
// end, where the buttons are. A page that was turned to is read from its beginning.
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
})();
