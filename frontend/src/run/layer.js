// One layer: a line of chips while it is folded, a row of columns while it is open.
import { Columns } from "./columns.js";
import { Decisions } from "./decisions.js";
import { freshId, icon, make, rename, setText } from "../controls/elements.js";
import { Proposal } from "./proposal.js";
import { Reading } from "./reading.js";
import { Strip } from "./strip.js";
import { tally } from "./words.js";

const TOUCHES = ["pointerdown", "wheel", "touchmove", "keydown"];

/** The proposers that answer side by side. */
export class Layer {
  /** @param {number} index @param {import("./proposal.js").Deeds} deeds */
  constructor(index, deeds) {
    this.name = `Layer ${index + 1}`;
    this.about = deeds.named(this.name);
    this.told = {};
    this.proposals = [];
    this.isOpen = false;
    this.touched = false; // what the user has touched never folds by itself
    this.deeds = { ...deeds, expand: (proposal) => this.reading.toggle(proposal) };
    this.columns = new Columns(this.about);
    this.reading = new Reading(this.columns, this.proposals, this.about);
    this.decisions = new Decisions(index);
    this.strip = new Strip((at) => this.unfoldAt(at));
    this.draw();
  }

  draw() {
    this.sign = icon("chevron_right");
    this.tally = make("span", "tally");
    this.fold = make("button", "fold", this.sign, make("span", "", this.name));
    this.fold.type = "button";
    rename(this.fold, this.about, this.name);
    const tools = make("span", "layer-tools", ...this.reading.tools);
    const head = make("header", "layer-head", make("h3", "", this.fold), this.tally, tools);
    this.node = make("section", "layer", head, this.decisions.node, this.strip.node, this.columns.node);
    this.node.setAttribute("aria-label", this.about);
    this.columns.node.id = freshId("layer");
    this.fold.setAttribute("aria-controls", this.columns.node.id);
    this.fold.addEventListener("click", () => {
      this.touched = true;
      this.open(!this.isOpen);
    });
    for (const kind of TOUCHES) {
      const touch = () => (this.touched = true);
      this.columns.node.addEventListener(kind, touch, { passive: true });
    }
    this.open(false);
  }

  /** Makes room for a proposer. */
  add(told) {
    const proposal = new Proposal(told, this.deeds);
    this.proposals.push(proposal);
    this.columns.add(proposal.node, proposal);
    this.node.dataset.count = this.proposals.length;
    return proposal;
  }

  tell(told, nowS) {
    this.told = told;
    this.tick(nowS);
  }

  /** Draws the chip and the name of a proposal that has been told something new. */
  mark(proposal) {
    const at = this.proposals.indexOf(proposal);
    this.strip.tell(at, proposal);
    this.columns.items[at].tab.dataset.status = proposal.told.status;
  }

  tick(nowS) {
    setText(this.tally, tally(this.told, nowS));
    for (const proposal of this.proposals) if (!proposal.ended) proposal.tick(nowS);
  }

  /** Opens or folds it as the run goes on, unless the user has touched it. */
  suggest(open, { reserve }) {
    if (this.touched) return;
    if (open) this.columns.node.classList.toggle("reserved", reserve);
    if (open !== this.isOpen) this.open(open);
  }

  open(open) {
    this.isOpen = open;
    this.node.classList.toggle("open", open);
    this.fold.setAttribute("aria-expanded", String(open));
    setText(this.sign, open ? "expand_more" : "chevron_right");
    this.columns.node.hidden = !open;
    this.strip.node.hidden = open;
    if (!open) this.columns.node.classList.remove("reserved");
    this.drawTexts();
    if (open) this.columns.fit();
  }

  unfoldAt(at) {
    this.touched = true;
    this.open(true);
    this.columns.show(at, "instant");
    this.proposals[at].expander.focus({ preventScroll: true });
  }

  /** Draws what is new; what is folded is caught up with when it is opened. */
  drawTexts() {
    if (this.isOpen) for (const proposal of this.proposals) proposal.draw();
  }

  close() {
    this.columns.close();
  }
}
