// Draws texts that are not in sight when the browser has nothing else to do, or they come near.
import { withoutControls } from "../markdown/source.js";

const SLICE_MS = 8; // what is left of an idle time for one more text
const WITHOUT_IDLE_TIMES_MS = 50;
const NEAR = "100%"; // of the window

const waiting = new Map(); // boxes, and how each is drawn; the last one is next
let asked = false;

const later =
  globalThis.requestIdleCallback ??
  ((draw) => setTimeout(() => draw({ timeRemaining: () => 0 }), WITHOUT_IDLE_TIMES_MS));

const near = new IntersectionObserver(
  (entries) => entries.filter((each) => each.isIntersecting).forEach(({ target }) => drawNow(target)),
  { rootMargin: NEAR, scrollMargin: NEAR },
);
window.addEventListener("beforeprint", () => [...waiting.keys()].forEach(drawNow));

/**
 * Draws a text soon. Until then its box has the source: one can search for it in the page.
 *
 * @param {Element} box
 * @param {string} source
 * @param {() => void} draw
 */
export function drawWhenNear(box, source, draw) {
  box.textContent = withoutControls(source);
  box.classList.add("undrawn");
  waiting.set(box, draw);
  near.observe(box);
  ask();
}

/** Forgets a box: it is drawn, or gone. */
export function forget(box) {
  if (!waiting.delete(box)) return;
  near.unobserve(box);
  box.classList.remove("undrawn");
}

function drawNow(box) {
  const draw = waiting.get(box);
  forget(box);
  draw?.();
}

function ask() {
  if (asked || !waiting.size) return;
  asked = true;
  later((deadline) => {
    asked = false;
    const boxes = [...waiting.keys()].reverse();
    do drawNow(boxes.shift());
    while (boxes.length && deadline.timeRemaining() > SLICE_MS);
    ask();
  });
}
