// The ways to read a layer: a row of columns, all at full length, one alone, two beside each other.
import { button, rename } from "../controls/elements.js";

const ARROWS = { ArrowLeft: -1, ArrowRight: 1 };

/** How the proposals of one layer stand on the page, and how the user changes that. */
export class Reading {
  /**
   * @param {import("./columns.js").Columns} columns
   * @param {import("./proposal.js").Proposal[]} proposals  Grows as the layer is built.
   * @param {string} layer  What the layer is called.
   */
  constructor(columns, proposals, layer) {
    Object.assign(this, { columns, proposals, layer, way: "row", at: 0, together: false });
    this.all = this.choice("all", "unfold_more", "Full length", `Full length, ${layer}`);
    this.two = this.choice("two", "splitscreen_right", "Two at a time", `Two at a time, ${layer}`);
    const press = () => this.scrollTogether(!this.together);
    const name = `Scroll together, ${layer}`;
    this.align = button({ name, label: "Scroll together", sign: "sync_alt", className: "quiet", press });
    this.align.setAttribute("aria-pressed", "false");
    this.tools = [this.two, this.all, this.align];
    this.columns.node.addEventListener("keydown", (event) => this.key(event));
    this.columns.onChoose = (index) => this.choose(index);
    this.columns.row.addEventListener("scroll", (event) => this.scrolled(event.target), true);
  }

  choice(way, sign, label, name) {
    const press = () => this.read(this.way === way ? "row" : way, this.at);
    const node = button({ name, label, sign, className: "quiet", press });
    node.setAttribute("aria-pressed", "false");
    return node;
  }

  /** Shows one alone, or all of them again if it is alone. */
  toggle(proposal) {
    const at = this.proposals.indexOf(proposal);
    this.read(this.way === "one" && this.at === at ? "row" : "one", at);
    proposal.expander.focus({ preventScroll: true });
  }

  /** @param {"row"|"all"|"one"|"two"} way  @param {number} at  The first that is shown. */
  read(way, at) {
    const last = this.proposals.length - 1;
    this.way = way;
    this.at = Math.max(0, Math.min(at, way === "two" ? last - 1 : last));
    const shown = { one: [this.at], two: [this.at, this.at + 1] }[way];
    this.proposals.forEach((proposal, index) => {
      const alone = way === "one" && index === this.at;
      proposal.node.hidden = Boolean(shown) && !shown.includes(index);
      rename(proposal.expander, alone ? `Show all of ${this.layer} again` : `Expand ${proposal.about}`);
      proposal.expander.firstElementChild.textContent = alone ? "close_fullscreen" : "open_in_full";
    });
    this.columns.node.dataset.way = way;
    this.all.setAttribute("aria-pressed", String(way === "all"));
    this.two.setAttribute("aria-pressed", String(way === "two"));
    this.columns.fit();
    if (way === "row") this.columns.show(this.at, "instant");
  }

  choose(index) {
    if (this.way === "one" || this.way === "two") this.read(this.way, index);
    else this.columns.show(index);
  }

  key(event) {
    if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.target.closest("[popover], input, textarea") || document.querySelector('[role="dialog"]')) return;
    if (event.key === "Escape" && this.way !== "row") {
      this.read("row", this.at);
      this.proposals[this.at].expander.focus({ preventScroll: true });
    } else if (event.key in ARROWS) {
      this.step(ARROWS[event.key]);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation(); // Escape would stop the run
  }

  step(by) {
    if (this.way === "row" || this.way === "all") {
      this.columns.step(by);
      return;
    }
    const fits = this.at + by >= 0 && this.at + by < this.proposals.length - (this.way === "two");
    if (fits) this.read(this.way, this.at + by);
    this.proposals[this.at].expander.focus({ preventScroll: true });
  }

  /** Whether all show the same part of their texts. */
  scrollTogether(together) {
    this.together = together;
    this.align.setAttribute("aria-pressed", String(together));
    const [first] = this.proposals.filter(({ node }) => !node.hidden);
    if (together && first) this.scrolled(first.text.node);
  }

  scrolled(box) {
    if (!this.together || !box.classList?.contains("scrolls") || box === this.led) return;
    const share = box.scrollTop / Math.max(1, box.scrollHeight - box.clientHeight);
    for (const { text } of this.proposals) {
      if (text.node === box) continue;
      this.led = text.node; // its own scrolling follows, and must not lead in turn
      text.node.scrollTop = share * (text.node.scrollHeight - text.node.clientHeight);
    }
    requestAnimationFrame(() => (this.led = undefined));
  }
}
