// Copies a text in one click, and says so for a moment.
import { copyText } from "../copying.js";
import { button, icon, rename } from "./elements.js";
import { announce } from "./status.js";

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
    const said = done ? "Copied" : "The browser did not allow copying";
    show(done ? "check" : "error", said);
    announce(said);
    clearTimeout(timer);
    timer = setTimeout(() => show("content_copy", name), SAID_MS);
  }
  function show(sign, said) {
    node.firstElementChild.replaceWith(icon(sign));
    rename(node, said, label);
  }
  return node;
}
