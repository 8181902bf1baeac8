// Streamlit's chat glides to its end whenever it grows. Once the answer is there, what one
// opens grows it too: then the page ends, as far as the glide can tell, where what was
// clicked would leave the sight of who clicked it.
(() => {
  const HEAD_PX = 120; // Streamlit's header, and the line above what was clicked
  const height = Object.getOwnPropertyDescriptor(Element.prototype, "scrollHeight").get;
  const waits = (page) => page.querySelector('[data-testid="stChatInput"] textarea:disabled');

  addEventListener("click", ({ target }) => {
    const page = target.closest('[data-testid="stAppScrollToBottomContainer"]');
    if (!page) return;
    delete page.scrollHeight;
    if (!target.closest('[data-testid="stMainBlockContainer"]')) return;
    const glide = () => {
      const room = target.getBoundingClientRect().top - page.getBoundingClientRect().top;
      return Math.max(0, room - HEAD_PX);
    };
    const end = () => Math.min(
      height.call(page), page.scrollTop + page.offsetHeight + glide());
    Object.defineProperty(page, "scrollHeight", {
      configurable: true,
      get: () => {
        if (target.isConnected && !waits(page)) return end();
        delete page.scrollHeight;
        return page.scrollHeight;
      },
    });
  }, true);
})();
