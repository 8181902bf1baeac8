// Edits a question where it stands; what was typed stays until it is asked or given up.
import { button, make } from "../controls/elements.js";

const MOST_ROWS = 14;

/** A field with the question in it, and what can be done with it. */
export class QuestionEditor {
  /**
   * @param {string} text
   * @param {number} longest  Most characters.
   * @param {{send: (text: string) => void, cancel: () => void}} ways
   */
  constructor(text, longest, { send, cancel }) {
    this.send = send;
    this.field = make("textarea");
    Object.assign(this.field, { value: text, maxLength: longest });
    this.field.rows = Math.min(MOST_ROWS, text.split("\n").length + 2);
    this.field.setAttribute("aria-label", "Your question");
    this.field.addEventListener("input", () => this.look());
    const name = "Send edited question";
    this.go = button({ name, label: name, className: "labelled primary", press: () => this.ask() });
    const stop = button({ name: "Cancel editing", label: "Cancel", className: "labelled", press: cancel });
    this.node = make("div", "editor", this.field, make("div", "steps", this.go, stop));
    this.node.addEventListener("keydown", (event) => this.key(event, cancel));
  }

  /** @param {boolean} busy  Nothing can be asked now. It may have been asked, and refused. */
  tell(busy) {
    this.busy = Boolean(busy);
    this.look();
  }

  look() {
    this.go.disabled = this.busy || !this.field.value.trim();
  }

  ask() {
    if (this.go.disabled) return;
    this.go.disabled = true; // once; the page tells when it may be tried again
    this.send(this.field.value);
  }

  key(event, cancel) {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.ask();
    else if (event.key !== "Escape") return;
    else cancel();
    event.preventDefault();
    event.stopPropagation(); // Escape would stop a run
  }

  focus() {
    this.field.focus();
    this.field.setSelectionRange(this.field.value.length, this.field.value.length);
  }
}
