// A document for tests: import it before what needs one.
import { JSDOM } from "jsdom";
import { GrowingText } from "../src/markdown/index.js";

const { window } = new JSDOM("<!doctype html><body></body>", { pretendToBeVisual: true });
const { document, Node, NodeFilter } = window;
Object.assign(globalThis, { window, document, Node, NodeFilter, KATEX_STYLE_FILE: "katex.css" });

/** @returns {{box: HTMLElement, text: GrowingText}} a text in the document */
export function boxed() {
  const box = document.body.appendChild(document.createElement("div"));
  return { box, text: new GrowingText(box) };
}

/** @returns {HTMLElement} the box in which `pieces` have arrived one after the other */
export function drawn(...pieces) {
  const { box, text } = boxed();
  for (const piece of pieces) {
    text.add(piece);
    text.nextDraw = 0; // as if time had passed
    text.draw(false);
  }
  text.draw(true);
  box.remove();
  return box;
}

/** @returns {HTMLElement} the box in which `source` was drawn at once */
export function whole(source) {
  const { box, text } = boxed();
  text.add(source);
  text.draw(true);
  box.remove();
  return box;
}

/** @returns {string} what is in a box, but for colours, which come when they are loaded */
export function htmlOf(box) {
  const copy = box.cloneNode(true);
  for (const code of copy.querySelectorAll("pre > code")) code.replaceChildren(code.textContent);
  return copy.innerHTML;
}

/** @returns {() => number} numbers from 0 to 1, the same for each seed */
export function random(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** @returns {string[]} `text` cut at random; most pieces are short */
export function cutAtRandom(text, next, longest = 30) {
  const pieces = [];
  for (let at = 0; at < text.length; ) {
    const size = 1 + Math.floor(next() ** 2 * longest);
    pieces.push(text.slice(at, at + size));
    at += size;
  }
  return pieces;
}
