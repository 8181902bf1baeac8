// Copies a text in one click, and says so for a moment.
import { button, icon, rename } from "./elements.js";
import { announce } from "./status.js";

const SAID_MS = 1500;

/** The button that copies a text. */
export class CopyButton {
  /**
   * @param {object} how
   * @param {string} how.name  What is copied: "Copy ada, layer 1".
   * @param {string} [how.label]
   * @param {() => string} how.text  Markdown, or what was typed.
   * @param {boolean} [how.within]  It stands within a text that is read and searched: its sign is
   *   drawn by the style sheet then, and is no text.
   */
  constructor({ name, label, text, within }) {
    Object.assign(this, { name, label, text });
    const looks = within ? { className: "tool copy" } : { sign: "content_copy" };
    this.node = button({ name, label, ...looks, press: () => this.copy(text()) });
  }

  async copy(words) {
    const done = await copyText(words);
    const said = done ? "Copied" : "The browser did not allow copying";
    this.show(done ? "check" : "error", said);
    announce(said);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.show("content_copy", this.name), SAID_MS);
  }

  show(sign, said) {
    this.node.classList.toggle("done", sign === "check");
    this.node.firstElementChild?.replaceWith(icon(sign));
    rename(this.node, said, this.label);
  }
}

/**
 * @param {string} text
 * @returns {Promise<boolean>} whether it is in the clipboard
 */
async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copySelected(text); // no permission, or a page without https
  }
}

function copySelected(text) {
  const area = document.createElement("textarea");
  area.value = text;
  area.style.position = "fixed";
  area.style.opacity = "0";
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  return done;
}
