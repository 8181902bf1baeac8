// On a phone Streamlit's sidebar covers the page, and stays when one has chosen another page
// or chat in it. And on the page of the history Ctrl or Cmd + K leads into its own search.
(() => {
  if (window.closesSidebar) return; // loaded again with the page's elements
  window.closesSidebar = true;
  const NARROW = "(max-width: 768px)";
  const CHOICE = '[data-testid="stPageLink"] a, .polyphony.chats .open, .st-key-new-chat button';
  const CLOSE = '[data-testid="stSidebarCollapseButton"] button';

  addEventListener("click", ({ target }) => {
    if (!matchMedia(NARROW).matches || !target.closest?.(CHOICE)) return;
    target.closest('[data-testid="stSidebar"]')?.querySelector(CLOSE)?.click();
  });
  addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "k") return;
    const field = document.querySelector(".st-key-history-query input");
    if (!field) return;
    event.preventDefault();
    field.focus();
  });
})();
