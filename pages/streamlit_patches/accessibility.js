// What scrolls can be scrolled by the keyboard: it takes the focus while there is something to
// scroll, and nothing in it that takes the focus instead. And the buttons that are parts of
// Streamlit's fields ("Help", "Increment") are named after their field, not all alike.
(() => {
  if (window.givesScrollersFocus) return; // loaded again with the page's elements
  window.givesScrollersFocus = true;
  const ROWS = '[data-testid="stHorizontalBlock"], [data-testid="stCode"] pre';
  const FOCUSABLE = "a[href], button, input, select, textarea, [tabindex]";
  const ELEMENT = '[data-testid="stElementContainer"]';
  const PARTS = ["Open", "Help", "Increment", "Decrement", "Show password", "Hide password"]
    .map((name) => `${ELEMENT} [aria-label="${name}"]`).join();
  const LOOK_MS = 150; // a page that is being drawn changes many times in it
  const NAME_CHARS = 60;

  let waiting = 0;
  const soon = () => {
    waiting ||= setTimeout(look, LOOK_MS);
  };
  const sizes = new ResizeObserver(soon);
  const look = () => {
    waiting = 0;
    for (const row of document.querySelectorAll(ROWS)) giveFocus(row);
    for (const part of document.querySelectorAll(`${PARTS}, [data-part]`)) nameAfterField(part);
  };
  const giveFocus = (row) => {
    if (row.querySelector(FOCUSABLE)) {
      row.removeAttribute("tabindex");
      return;
    }
    for (const each of [row, ...row.children]) sizes.observe(each);
    const scrolls = row.scrollWidth > row.clientWidth || row.scrollHeight > row.clientHeight + 1;
    if (scrolls) row.tabIndex = 0;
    else row.removeAttribute("tabindex");
  };
  const nameAfterField = (part) => {
    const element = part.closest(ELEMENT);
    const field = element.querySelector("input[aria-label], textarea[aria-label]");
    const about = field?.ariaLabel || element.innerText.trim().split("\n")[0].slice(0, NAME_CHARS);
    if (part.ariaLabel !== part.dataset.named) part.dataset.part = part.ariaLabel; // Streamlit's
    part.dataset.named = about ? `${part.dataset.part}: ${about}` : part.dataset.part;
    if (part.ariaLabel !== part.dataset.named) part.setAttribute("aria-label", part.dataset.named);
  };
  new MutationObserver(soon).observe(document.body, {
    childList: true, subtree: true, attributeFilter: ["aria-label"], // Streamlit may set it again
  });
  look();
})();
