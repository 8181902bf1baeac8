// Completes finished blocks: code can be copied, what scrolls sideways can be reached by keys,
// and a character with thousands of marks is cut, because laying it out takes long.
import { CopyButton } from "../controls/copy_button.js";
import { find } from "./enrichment.js";

const SCROLL = "pre, .sideways, .math.display";
const MOST_MARKS = 64;
const NAME_CHARS = 40;
const TALL = /[\p{M}\p{Cf}]{64}/u;
const PIECES = new RegExp(`[^]?(?:[\\p{M}\\p{Cf}]{1,${MOST_MARKS}})?`, "gu");

/** @param {Element[]} elements sanitized, and in their place */
export function complete(elements) {
  for (const pre of find(elements, "pre")) addCopyButton(pre);
  for (const element of find(elements, SCROLL)) watched?.observe(element);
}

/** @param {Node} root */
export function cutTallCharacters(root) {
  if (!TALL.test(root.textContent)) return;
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) if (TALL.test(walker.currentNode.data)) texts.push(walker.currentNode);
  for (const text of texts) text.replaceWith(...text.data.match(PIECES).filter(Boolean).map(boxed));
}

function boxed(piece) {
  if (!TALL.test(piece)) return piece;
  const box = document.createElement("span");
  box.className = "tall";
  box.textContent = piece;
  return box;
}

function addCopyButton(pre) {
  const beginning = pre.textContent.trimStart().split("\n", 1)[0].slice(0, NAME_CHARS).trimEnd();
  const box = document.createElement("div");
  box.className = "code-block";
  pre.replaceWith(box);
  const text = () => pre.textContent.replace(/\n$/, "");
  box.append(pre, new CopyButton({ name: `Copy code: ${beginning}`, text, within: true }).node);
}

const watched = typeof ResizeObserver === "undefined" ? null : new ResizeObserver((entries) => {
  const scrolls = entries.map(({ target }) => target.scrollWidth > target.clientWidth); // all read before any write
  entries.forEach(({ target }, index) => {
    if (scrolls[index]) target.tabIndex = 0;
    else if (target.hasAttribute("tabindex")) target.removeAttribute("tabindex");
  });
});
