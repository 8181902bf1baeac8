// Finds what scrolls a page, and keeps a part of it in its place in the window.
const SETTLED_MS = 3000;
const HANDS = ["wheel", "touchmove", "pointerdown", "keydown"];

/**
 * @param {Element} node
 * @returns {Element} what scrolls it
 */
export function scrollerOf(node) {
  let each = node.parentElement;
  while (each && !/auto|scroll/.test(getComputedStyle(each).overflowY)) each = each.parentElement;
  return each ?? document.documentElement;
}

/**
 * Keeps a node where it is in the window while what is around it goes and comes, for a
 * moment, or until the reader goes elsewhere.
 *
 * @param {Element} node
 * @param {number} top  Where it is to be.
 */
export function keepInPlace(node, top) {
  const scroller = scrollerOf(node);
  const until = performance.now() + SETTLED_MS;
  const hand = new window.AbortController();
  for (const kind of HANDS) window.addEventListener(kind, () => hand.abort(), { passive: true, signal: hand.signal });
  const look = (now) => {
    if (hand.signal.aborted || now > until || !node.isConnected) return hand.abort();
    const away = node.getBoundingClientRect().top - top;
    if (Math.abs(away) > 1) scroller.scrollBy({ top: away, behavior: "instant" });
    requestAnimationFrame(look);
  };
  look(performance.now());
}
