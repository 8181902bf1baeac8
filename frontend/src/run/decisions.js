// What a run decided by itself to save time or money, where it matters.
import { make } from "../controls/elements.js";
import { note } from "./notices.js";

/** The decisions about one layer, or about the answer. */
export class Decisions {
  /** @param {?number} layer  Of which layer; `undefined` for those about the answer. */
  constructor(layer) {
    this.layer = layer;
    this.node = make("div", "notes decided");
    this.said = "";
  }

  /** @param {{kind: string, text: string, layer?: number}[]} [decided]  All of the run. */
  draw(decided = []) {
    const ours = decided.filter(({ layer }) => layer === this.layer);
    const said = JSON.stringify(ours);
    if (said === this.said) return;
    this.said = said;
    this.node.replaceChildren(...ours.map(({ kind, text }) => {
      const node = note({ kind: "info", text });
      node.dataset.decision = kind;
      return node;
    }));
  }
}
