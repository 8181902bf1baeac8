// Turns of a chat, as Streamlit mounts them: questions, and turns that rest as their answer.
import { arrange, make } from "../controls/elements.js";
import { mounting } from "../mounting.js";
import { keepInPlace } from "../scroller.js";
import { Turn } from "./turn.js";

export const turns = mounting((parent) => new Turns(parent));

let opening = null; // the turn that was opened last, and where it is: it comes back in another component

class Turns {
  constructor(parent) {
    this.root = parent.appendChild(make("div", "polyphony turns"));
    this.shown = new Map();
  }

  /** Draws the turns in their order; those that stay are not touched. */
  tell({ turns, busy, longest }) {
    const before = this.shown;
    this.shown = new Map(turns.map(({ turn }) => [turn, before.get(turn) ?? this.begin(turn, longest)]));
    for (const [turn, view] of before) if (!this.shown.has(turn)) view.close();
    arrange(this.root, [...this.shown.values()].map(({ node }) => node));
    for (const told of turns) {
      const view = this.shown.get(told.turn);
      view.tell(told, busy);
      if (told.turn === opening?.turn && !told.answer) stayWith(view);
    }
  }

  act(asked) {
    if (asked.do === "open") opening = { turn: asked.turn, top: this.shown.get(asked.turn).top };
    this.trigger("asked", asked);
  }

  begin(turn, longest) {
    return new Turn((asked) => this.act({ ...asked, turn }), longest);
  }

  close() {
    for (const view of this.shown.values()) view.close();
    this.root.remove();
  }
}

/** The focus was on what opened the turn, and that is gone. */
function stayWith(view) {
  const { top } = opening;
  opening = null;
  view.focus();
  keepInPlace(view.node, top);
}
