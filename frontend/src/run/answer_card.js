// The answer of a run: a card that is plainly the answer, by whom, from what, at what cost.
import { AnswerActions } from "./answer_actions.js";
import { Decisions } from "./decisions.js";
import { button, make, setText } from "../controls/elements.js";
import { Menu } from "../controls/menu.js";
import { earlierTexts, folded, foldedDifference, note, problem, reasoning, toolCalls } from "./notices.js";
import { TextBox } from "./text_box.js";
import { Waits } from "./waits.js";
import { hasEnded, line, seatStatus } from "./words.js";

const QUIET = new Set(["alone", "late", "skipped", "left-out", "without-layers"]); // offers that nobody has to take up

/** What an aggregator, or the fallback that took its place, has written. */
class Written {
  constructor(told, card) {
    const { place, role, name, model } = told;
    Object.assign(this, { place, role, name, model, told, card, thoughts: "" });
    this.text = new TextBox("Answer", { scrolls: false, under: 3 });
  }

  get ended() {
    return hasEnded(this.told);
  }

  tell(told) {
    this.told = told;
    this.card.fresh = true;
  }

  write(text, anew) {
    this.text.write(text, anew);
    this.card.fresh = true;
  }

  reason(text, anew) {
    this.thoughts = anew ? text : this.thoughts + text;
    this.card.fresh = true;
  }

  clear() {
    this.write("", 1);
    this.reason("", 1);
  }
}

/** The card. */
export class AnswerCard {
  /**
   * @param {import("./proposal.js").Deeds} deeds  What the user may do.
   * @param {{demo?: boolean}} run  Whether simulated models answer.
   */
  constructor(deeds, { demo } = {}) {
    this.deeds = deeds;
    this.writers = [];
    this.title = make("h3", "", "Answer");
    this.by = make("span", "by");
    this.cost = make("span", "cost");
    this.versions = make("div", "versions");
    this.offers = make("div", "notes");
    this.decisions = new Decisions();
    this.body = make("div", "answer-text");
    this.waits = new Waits(deeds.named("the answer"), (verb) => () => deeds.act({ do: verb, place: this.shown.place }));
    this.notes = make("div", "notes");
    this.actions = new AnswerActions(deeds, () => this.shown.text.words, () => this.shown.name);
    const badge = demo && make("span", "badge", "Demo");
    const head = make("header", "answer-head", this.title, this.by, badge, this.cost);
    this.node = make(
      "section", "answer", head, this.versions, this.offers, this.decisions.node, this.body, this.waits.node,
      this.notes, this.actions.node,
    );
    this.node.setAttribute("aria-label", deeds.named("Answer"));
    this.node.hidden = true;
    this.fresh = true;
  }

  add(told) {
    const written = new Written(told, this);
    this.writers.push(written);
    return written;
  }

  /** Whether there is something to show: it writes, or the run has ended. */
  begun(state) {
    return !state.running || (this.shown && this.shown.told.status !== "pending");
  }

  /**
   * Draws what has changed.
   * @param {object} state  The run.  @param {object} more
   * @param {?object} more.page  What the page can do with it now.
   * @param {number} more.drafts  How many proposals were read.  @param {number} more.nowS
   */
  draw(state, shown, { page, drafts, nowS }) {
    this.shown = shown;
    this.node.hidden = !this.begun(state);
    if (this.node.hidden) return;
    this.node.setAttribute("aria-busy", String(state.running));
    setText(this.title, state.heading ?? "Answer");
    if (this.body.firstChild !== shown.text.node) this.body.replaceChildren(shown.text.node);
    this.body.hidden = Boolean(page?.aside) || (shown.ended && !shown.text.words);
    this.tick(state, drafts, nowS);
    this.waits.tell(this.deeds.controls() && !shown.ended ? shown.told.quiet : undefined);
    const told = page?.offers?.map(({ tells }) => tells) ?? []; // and what can be done about it
    this.decisions.draw(state.decided?.filter(({ kind }) => !told.includes(kind)));
    if (!this.fresh && this.pageShown === page) return;
    if (this.pageShown !== page || !state.running) this.drawOffers(state, page);
    this.pageShown = page;
    this.fresh = false;
    shown.text.draw(shown.ended);
    this.drawNotes(state, page);
  }

  tick(state, drafts, nowS) {
    const { told, name, model } = this.shown;
    const asked = told.status && told.status !== "pending";
    const from = drafts > 0 && `from ${drafts} draft${drafts === 1 ? "" : "s"}`;
    const failed = this.shown.ended && !this.shown.text.words && !told.tools;
    setText(this.by, name && asked && !failed ? line(`by ${name}`, from) : "");
    this.by.title = model ?? "";
    setText(this.cost, asked ? seatStatus(told, nowS) : "");
  }

  drawOffers(state, page) {
    this.versions.replaceChildren(...versionChoice(page, this.deeds));
    this.offers.replaceChildren(...(page?.offers ?? []).map((each) => this.next(each, page.busy)));
    const { text, told } = this.shown;
    this.actions.draw(page, { ended: !state.running, written: Boolean(text.words), read: told.read });
  }

  next({ kind, text, label, price }, busy) {
    if (!label) return note({ kind, text });
    const step = button({
      name: this.deeds.named(label), label, sign: "merge", press: () => this.deeds.act({ do: "onwards", kind }),
      className: QUIET.has(kind) ? "labelled" : "labelled primary",
    });
    step.disabled = Boolean(busy);
    return note({ kind, text }, step, make("span", "faint price", price));
  }

  drawNotes(state, page) {
    const { shown } = this;
    const { notes, cut, tools } = shown.told;
    const earlier = this.writers.flatMap(({ told }) => told.earlier ?? []);
    const parts = [tools && toolCalls(tools), notes && make("p", "faint", notes), ...earlierTexts(earlier)];
    parts.push(...this.before(state));
    if (shown.ended && shown.thoughts) parts.push(reasoning(shown.name, shown.thoughts));
    if (cut && state.status === "succeeded") parts.push(make("p", "warn", cut));
    for (const each of state.notices ?? [])
      parts.push(each.kind === "error" ? problem(each, this.rescue(page)) : note(each));
    if (page?.note) parts.push(note({ kind: "info", text: page.note }));
    const { writers, busy, note: origin } = page ?? {};
    const said = JSON.stringify([notes, tools, earlier, state.revised, shown.thoughts, cut, state.notices, writers, busy, origin]);
    if (said === this.said) return; // what is unfolded stays so
    this.said = said;
    this.notes.replaceChildren(...parts.filter(Boolean));
  }

  /** What stood here before the answer was revised, and what the revision changed. */
  before({ revised }) {
    const first = this.writers.find(({ role }) => role === "provisional");
    if (!revised || !first?.text.words) return [];
    const { label, parts } = revised;
    const shown = [folded(label, first.text.words, "provisional")];
    if (parts) shown.push(foldedDifference("What the revision changed", parts));
    return shown;
  }

  /** Another model can write the answer where its own could not. */
  rescue(page) {
    const writers = page?.writers ?? [];
    if (!writers.length) return [];
    const items = () =>
      writers.map(({ ref, label }) => ({
        label, press: page.busy ? undefined : () => this.deeds.act({ do: "write-with", ref }),
      }));
    const label = page.writeWith;
    return [new Menu({ name: this.deeds.named(label), label, sign: "merge", className: "labelled primary", items }).node];
  }
}

/** A choice between the versions of an answer, and whether they stand beside each other. */
function versionChoice(page, { act, named }) {
  if (!page || page.versions.length < 2) return [];
  const chips = page.versions.map(({ run, label, shown }) => {
    const press = () => act({ do: "show-version", version: run });
    const node = button({ name: named(`Show version ${label}`), label, className: "version", press });
    node.setAttribute("aria-pressed", String(Boolean(shown)));
    return node;
  });
  const group = make("span", "segmented", ...chips);
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", named("Versions of the answer"));
  if (!page.sides) return [group];
  const press = () => act({ do: "side-by-side" });
  const name = named("Side by side: all versions");
  const sides = button({ name, label: "Side by side", sign: "view_column_2", className: "quiet", press });
  sides.setAttribute("aria-pressed", String(page.aside === "versions"));
  return [group, sides];
}
