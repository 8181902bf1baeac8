// Copies a text in one click, or in another form.
import { plainText } from "../markdown/plain_text.js";
import { CopyButton } from "./copy_button.js";

/** The button that copies a text, and the other forms in which it can be copied. */
export class Copying extends CopyButton {
  /**
   * @param {object} how  As of a `CopyButton`; of Markdown, or what was typed.
   * @param {string} [how.writer]  Who is quoted.
   */
  constructor({ writer, ...how }) {
    super(how);
    this.writer = writer;
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
