// Copies a text in one click, and says so for a moment; or in another form.
import { copyText } from "../copying.js";
import { plainText } from "../markdown/plain_text.js";
import { button, icon, rename } from "./elements.js";
import { announce } from "./status.js";

const SAID_MS = 1500;

/** The button that copies a text, and the other forms in which it can be copied. */
export class Copying {
  /**
   * @param {object} how
   * @param {string} how.name  What is copied: "Copy ada, layer 1".
   * @param {string} [how.label]
   * @param {() => string} how.text  Markdown, or what was typed.
   * @param {string} [how.writer]  Who is quoted.
   */
  constructor({ name, label, text, writer }) {
    Object.assign(this, { name, label, text, writer });
    this.node = button({ name, label, sign: "content_copy", press: () => this.copy(text()) });
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
    this.node.firstElementChild.replaceWith(icon(sign));
    rename(this.node, said, this.label);
  }

  /** @returns {import("./menu.js").Item[]} the other forms, for a menu */
  forms() {
    const form = (label, sign, make) => ({ label, sign, press: () => this.copy(make()) });
    return [
      form("Copy as plain text", "notes", () => plainText(this.text())),
      form("Copy as quote", "format_quote", () => quoted(this.text(), this.writer)),
    ];
  }
}

/**
 * A Markdown quote that says whose words these are.
 * @param {string} text
 * @param {string} [writer]
 */
export function quoted(text, writer) {
  const quote = text.trim().replace(/^/gm, "> ").replace(/^> $/gm, ">");
  return writer ? `${quote}\n>\n> — ${writer}` : quote;
}
