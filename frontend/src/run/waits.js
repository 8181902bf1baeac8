// Offers what helps while a model is late, held up, or writes the same again and again.
import { button, make } from "../controls/elements.js";

/** The offer below one seat, drawn anew when there is another reason for it. */
export class Waits {
  /** @param {string} about  Whom it is about. @param {(verb: string) => () => void} act */
  constructor(about, act) {
    Object.assign(this, { about, act, shown: "" });
    this.node = make("div", "steps wait");
  }

  /** @param {{says?: string, more?: string, end?: string}} [quiet]  Nothing: all is well. */
  tell({ says, more, end } = {}) {
    const shown = [says, more, end].join("\n");
    if (shown === this.shown) return;
    this.shown = shown;
    this.node.replaceChildren(
      ...(says ? [make("p", "warn", says)] : []),
      ...(more ? [this.longer(more)] : []),
      ...(end ? [this.end(end)] : []),
    );
  }

  longer(title) {
    const label = "Give it more time";
    const name = `${label} (${this.about})`;
    const node = button({ name, label, sign: "more_time", press: this.act("more-time") });
    node.title = title;
    return node;
  }

  end(label) {
    const name = `${label} (${this.about})`;
    return button({ name, label, sign: "stop_circle", press: this.act("stop-seat") });
  }
}
