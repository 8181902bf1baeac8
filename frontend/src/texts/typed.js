// Shows a text as it was typed: letter by letter, with its blanks and line breaks.
import { cutTallCharacters } from "../markdown/blocks.js";
import { withoutControls } from "../markdown/source.js";

/**
 * @param {Element} box
 * @param {string} text
 */
export function drawTyped(box, text) {
  draw(box, text, "typed");
}

/**
 * Shows a text that machines read: a prompt, or a link.
 * @param {Element} box
 * @param {string} text
 */
export function drawCode(box, text) {
  draw(box, text, "typed code");
  box.firstElementChild.tabIndex = 0; // it may scroll
}

function draw(box, text, className) {
  const shown = document.createElement("div");
  shown.className = className;
  shown.textContent = withoutControls(text);
  cutTallCharacters(shown);
  box.replaceChildren(shown);
}
