// Shows a text letter by letter with the words marked that another text does not have.
import { cutTallCharacters } from "../markdown/blocks.js";
import { withoutControls } from "../markdown/source.js";

const TAGS = { added: "ins", removed: "del" };

/**
 * @param {Element} box
 * @param {["kept" | "added" | "removed", string][]} parts in order
 */
export function drawDifference(box, parts) {
  const shown = document.createElement("div");
  shown.className = "typed difference";
  for (const [kind, words] of parts) {
    const text = withoutControls(words);
    if (!TAGS[kind]) {
      shown.append(text);
      continue;
    }
    const mark = document.createElement(TAGS[kind]);
    mark.textContent = text;
    shown.append(mark);
  }
  cutTallCharacters(shown);
  box.replaceChildren(shown);
}
