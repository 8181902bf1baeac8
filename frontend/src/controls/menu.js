// A menu of actions below a button: arrow keys, Escape and a click elsewhere, as everywhere.
import { button, freshId, icon, make, rename } from "./elements.js";

/**
 * @typedef {object} Item
 * @property {string} [label]
 * @property {string} [text]  Words that are only read, in place of all else.
 * @property {string} [sign]
 * @property {() => void} [press]  None: it cannot be chosen now.
 * @property {string} [why]  What it does, or why it cannot be done now.
 */

/** A button that opens a menu; its items are asked for whenever it opens. */
export class Menu {
  /**
   * @param {object} how
   * @param {string} how.name  What it offers about what.
   * @param {string} [how.label]
   * @param {string} [how.sign]
   * @param {string} [how.className]
   * @param {() => Item[]} how.items
   */
  constructor({ name, label, sign = "more_horiz", className, items }) {
    this.items = items;
    this.list = make("div", "menu-list");
    this.list.id = freshId("menu");
    this.list.popover = "auto"; // closes by Escape and by a click elsewhere
    this.list.setAttribute("role", "menu");
    this.opener = button({ name, label, sign, className, press: () => this.list.togglePopover() });
    this.rename(name, label);
    if (label) this.opener.append(icon("expand_more"));
    this.opener.setAttribute("aria-haspopup", "menu");
    this.opener.setAttribute("aria-expanded", "false");
    this.node = make("span", "menu", this.opener, this.list);
    this.list.addEventListener("beforetoggle", (event) => event.newState === "open" && this.fill());
    this.list.addEventListener("toggle", (event) => this.toggled(event.newState === "open"));
    this.list.addEventListener("keydown", (event) => this.move(event));
  }

  /**
   * @param {string} name  What it offers about what.
   * @param {string} [label]
   */
  rename(name, label) {
    rename(this.opener, name, label);
    this.list.setAttribute("aria-label", name);
  }

  fill() {
    this.list.replaceChildren(...this.items().map((item) => this.draw(item)));
  }

  draw({ label, sign, press, why, text }) {
    if (text) return this.describe(text);
    const choose = () => {
      this.list.hidePopover();
      press?.();
    };
    const node = button({ name: label, label, sign, className: "menu-item", press: choose });
    node.setAttribute("role", "menuitem");
    node.disabled = !press;
    if (why) node.title = why;
    return node;
  }

  /** Words of the menu that cannot be chosen: a screen reader says them with its name. */
  describe(text) {
    const node = make("p", "menu-text", text);
    node.setAttribute("role", "none");
    node.id = freshId("menu-text");
    this.list.setAttribute("aria-describedby", node.id);
    return node;
  }

  toggled(open) {
    this.opener.setAttribute("aria-expanded", String(open));
    if (!open) {
      if (this.list.contains(document.activeElement)) this.opener.focus();
      return;
    }
    const { left, right, bottom, top } = this.opener.getBoundingClientRect();
    const { offsetWidth: wide, offsetHeight: high } = this.list;
    const fitsBelow = bottom + high + 8 < innerHeight;
    this.list.style.top = `${fitsBelow ? bottom + 4 : Math.max(8, top - high - 4)}px`;
    this.list.style.left = `${Math.max(8, left + wide < innerWidth - 8 ? left : right - wide)}px`;
    this.choices()[0]?.focus();
  }

  choices() {
    return [...this.list.querySelectorAll("button:enabled")];
  }

  move(event) {
    const choices = this.choices();
    const at = choices.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: choices.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    choices.at(to % choices.length)?.focus();
  }
}
