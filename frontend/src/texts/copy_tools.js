// The buttons at the corner of a text that copy it.
import { Copying } from "../controls/copy.js";
import { make } from "../controls/elements.js";
import { Menu } from "../controls/menu.js";

/** How each kind of text is copied: what was drawn, without our marks. */
const COPIED = {
  markdown: (text) => text,
  typed: (text) => text,
  code: (text) => text,
  sentences: (sentences) => sentences.map(([words]) => words).join(""),
  difference: (parts) => parts.map(([kind, words]) => (kind === "removed" ? "" : words)).join(""),
};
const LITERAL = new Set(["typed", "code"]); // what has one form

/**
 * @param {string} how  The kind of text.
 * @param {*} what  As it is drawn.
 * @param {object} copy
 * @param {string} copy.about  What is copied: "ada's draft".
 * @param {string} [copy.writer]  Who is quoted.
 * @param {string} [copy.label]  Visible words; else an icon alone.
 * @returns {HTMLElement}
 */
export function copyTools(how, what, { about, writer, label }) {
  const copying = new Copying({ name: `Copy ${about}`, label, writer, text: () => COPIED[how](what) });
  const name = `Other ways to copy ${about}`;
  const more = !LITERAL.has(how) && new Menu({ name, sign: "expand_more", items: () => copying.forms() });
  return make("div", "copy-tools", copying.node, more && more.node);
}
