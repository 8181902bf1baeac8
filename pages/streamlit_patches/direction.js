// Streamlit's texts have no direction of their own: Arabic and Hebrew would be laid out as
// English is. The browser finds it out (dir="auto"), leaving out what runs left to right.
(() => {
  if (window.givesTextsDirection) return; // loaded again with the page's elements
  window.givesTextsDirection = true;
  const TEXT = '[data-testid="stMarkdownContainer"], [data-testid="stText"]';
  const BLOCKS = "p, h1, h2, h3, h4, h5, h6, ul, ol, table, blockquote, [data-testid=stText] > span";
  const LEFT_TO_RIGHT = "code, pre, .katex";

  const give = (root) => {
    for (const code of root.querySelectorAll(LEFT_TO_RIGHT)) if (!code.dir) code.dir = "ltr";
    for (const block of root.querySelectorAll(BLOCKS)) {
      const text = block.dir ? null : block.closest(TEXT);
      if (!text) continue;
      const outer = block.parentElement.closest("[dir]"); // a list decides for its items
      if (!outer || !text.contains(outer)) block.dir = "auto";
    }
  };
  new MutationObserver((changes) => {
    const grown = new Set();
    for (const { target, addedNodes } of changes)
      for (const node of addedNodes) if (node.nodeType === 1) grown.add(target);
    grown.forEach(give);
  }).observe(document.body, { childList: true, subtree: true });
  give(document.body);
})();
