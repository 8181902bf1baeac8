// Copies a text in one click, and says so for a moment.
import { copyText } from "../copying.js";
import { button, icon, rename } from "./elements.js";

const SAID_MS = 1500;

/**
 * @param {object} how
 * @param {string} how.name  What is copied: "Copy ada, layer 1".
 * @param {string} [how.label]
 * @param {() => string} how.text
 */
export function copyButton({ name, label, text }) {
  const node = button({ name, label, sign: "content_copy", press: copy });
  let timer;

  async function copy() {
    const done = await copyText(text());
    show(done ? "check" : "error", done ? "Copied" : "The browser did not allow copying");
    clearTimeout(timer);
    timer = setTimeout(() => show("content_copy", name), SAID_MS);
  }
  function show(sign, said) {
    node.firstElementChild.replaceWith(icon(sign));
    rename(node, said, label);
  }
  return node;
}
