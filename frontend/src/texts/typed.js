// Shows a text as it was typed: letter by letter, with its blanks and line breaks.
import { cutTallCharacters } from "../markdown/blocks.js";
import { withoutControls } from "../markdown/source.js";

/**
 * @param {Element} box
 * @param {string} text
 */
export function drawTyped(box, text) {
  const shown = document.createElement("div");
  shown.className = "typed";
  shown.textContent = withoutControls(text);
  cutTallCharacters(shown);
  box.replaceChildren(shown);
}
