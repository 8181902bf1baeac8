// Streamlit's chat glides to its end whenever it grows. Once the answer is there, what one
// opens grows it too: then the page ends, as far as the glide can tell, where what was
// clicked would leave the sight of who clicked it; and here, while a mouse is pressed.
(() => {
  if (window.keepsClicksInSight) return; // loaded again with the page's elements
  window.keepsClicksInSight = true;
  const HEAD_PX = 120; // Streamlit's header, and the line above what was clicked
  const height = Object.getOwnPropertyDescriptor(Element.prototype, "scrollHeight").get;
  const waits = (page) => page.querySelector('[class*="st-key-stop-"] button');
  const isNearEnd = (page) => height.call(page) - page.scrollTop < 2 * page.offsetHeight;

  const keepInSight = (target, mayGlide) => {
    const page = target.closest('[data-testid="stAppScrollToBottomContainer"]');
    if (!page) return;
    delete page.scrollHeight;
    if (!target.closest('[data-testid="stMainBlockContainer"]') || !isNearEnd(page)) return;
    const clicked = target.closest("button, summary, a, label") ?? target;
    const room = () => // none for what the click has taken away
      clicked.getBoundingClientRect().top - page.getBoundingClientRect().top - HEAD_PX;
    const end = () =>
      page.scrollTop + page.offsetHeight + (mayGlide ? Math.max(0, room()) : 0);
    Object.defineProperty(page, "scrollHeight", {
      configurable: true,
      get: () => {
        if (!waits(page)) return Math.min(height.call(page), end());
        delete page.scrollHeight;
        return page.scrollHeight;
      },
    });
  };
  addEventListener("pointerdown", ({ target }) => keepInSight(target, false), true);
  addEventListener("click", ({ target }) => keepInSight(target, true), true);
})();
