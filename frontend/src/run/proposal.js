// One proposal: a column with its model's name, one line of status, its text and what to do.
import { Copying } from "../controls/copy.js";
import { button, freshId, make, setText } from "../controls/elements.js";
import { Menu } from "../controls/menu.js";
import { earlierTexts, problem, reasoning } from "./notices.js";
import { TextBox } from "./text_box.js";
import { Waits } from "./waits.js";
import { hasEnded, seatStatus } from "./words.js";

const BUSY = "Wait for the answer that is being written";

/**
 * What a seat asks of its run.
 * @typedef {object} Deeds
 * @property {(asked: object) => void} act  Has something done, by the engine or the page.
 * @property {(proposal: Proposal) => void} expand  Gives it all the width, or its place again.
 * @property {(place: number[]) => ?{use?: string, busy?: boolean}} offers  What the page can do
 *   with an ended seat; nothing where the run is only looked at.
 * @property {() => boolean} controls  Whether a live seat can be stopped.
 * @property {(name: string) => string} named  Tells what is named from the same of other runs.
 */

/** One column of a layer. */
export class Proposal {
  /** @param {object} told  What is known of the seat. @param {Deeds} deeds */
  constructor(told, deeds) {
    this.deeds = deeds;
    const { place, name, role, model, endpoint } = told;
    this.who = { place, name, role, model, endpoint };
    this.told = this.who;
    this.thoughts = "";
    this.title = make("h4", "name", name);
    this.title.title = model ?? name;
    this.title.id = freshId("proposal");
    this.status = make("p", "status");
    this.tools = make("span", "tools");
    const expand = () => deeds.expand(this);
    this.expander = button({ name: `Expand ${this.about}`, sign: "open_in_full", className: "tool expand", press: expand });
    this.head = make("header", "", make("span", "head-line", this.title, this.tools), this.status);
    this.text = new TextBox(`Text by ${this.about}`);
    this.waits = new Waits(this.about, (verb) => this.act(verb));
    this.notes = make("div", "notes");
    this.node = make("article", "column", this.head, this.text.node, this.waits.node, this.notes);
    this.node.setAttribute("aria-labelledby", this.title.id);
    this.fresh = true;
  }

  get place() {
    return this.who.place;
  }

  get name() {
    return this.who.name;
  }

  get ended() {
    return hasEnded(this.told);
  }

  /** Names it among all proposals of the page: `ada, layer 1, question 2`. */
  get about() {
    return this.deeds.named(`${this.name}, layer ${this.place[0] + 1}`);
  }

  /** Takes over what is known of the seat now. */
  tell(told, nowS) {
    const before = this.told.status;
    this.told = { ...told, ...this.who };
    this.node.dataset.status = told.status;
    this.node.classList.toggle("left-out", Boolean(told.left_out));
    this.node.setAttribute("aria-busy", String(!this.ended));
    this.tick(nowS);
    if (before === undefined || hasEnded({ status: before }) !== this.ended) this.drawTools();
    this.waits.tell(this.deeds.controls() && !this.ended ? told.quiet : undefined);
    this.drawNotes();
    this.fresh = true;
  }

  /** What the page can do with it has changed. */
  offersChanged() {
    this.drawTools();
    this.drawNotes();
  }

  write(text, anew) {
    this.text.write(text, anew);
    this.fresh = true;
  }

  /** Its texts come again from the beginning. */
  clear() {
    this.write("", 1);
    this.reason("", 1);
  }

  reason(text, anew) {
    this.thoughts = anew ? text : this.thoughts + text;
    if (this.ended) this.drawNotes();
  }

  draw() {
    if (!this.fresh) return;
    this.fresh = false;
    this.text.draw(this.ended);
    if (this.ended && Boolean(this.text.words) !== this.copies) this.drawTools();
  }

  tick(nowS) {
    if (this.told.status) setText(this.status, seatStatus(this.told, nowS));
  }

  act(verb) {
    return () => this.deeds.act({ do: verb, place: this.place });
  }

  drawTools() {
    const tools = this.ended ? this.endedTools() : this.liveTools();
    this.tools.replaceChildren(...tools, this.expander);
  }

  liveTools() {
    if (!this.deeds.controls()) return [];
    return [
      button({ name: `Restart ${this.about}`, sign: "restart_alt", press: this.act("restart-seat") }),
      button({ name: `Stop ${this.about}`, sign: "stop", press: this.act("stop-seat") }),
    ];
  }

  endedTools() {
    const name = `Copy ${this.about}`;
    this.copies = Boolean(this.text.words);
    this.copying = this.copies && new Copying({ name, text: () => this.text.words, writer: this.name });
    const copy = this.copying ? [this.copying.node] : [];
    if (!this.deeds.offers(this.place)) return copy;
    return [...copy, new Menu({ name: `More for ${this.about}`, items: () => this.choices() }).node];
  }

  choices() {
    const { use, busy } = this.deeds.offers(this.place);
    const unlessBusy = (verb) => (busy ? { why: BUSY } : { press: this.act(verb) });
    const sign = "subdirectory_arrow_right";
    const { read } = this.told;
    return [
      ...(read ? [{ text: read }] : []),
      ...(use ? [{ label: use, sign, press: this.act("use-seat") }] : []),
      ...(this.copying ? this.copying.forms() : []),
      { label: "Retry", sign: "refresh", ...unlessBusy("retry-seat") },
      { label: "Replace with …", sign: "swap_horiz", ...unlessBusy("replace-seat") },
    ];
  }

  drawNotes() {
    const { error, status, cut, notes, earlier } = this.told;
    const failed = this.ended && status === "failed" && error;
    const parts = [notes && make("p", "faint", notes), ...earlierTexts(earlier)];
    if (this.ended && this.thoughts) parts.push(reasoning(this.name, this.thoughts));
    if (cut) parts.push(make("p", "warn", cut));
    const steps = this.ended && status !== "succeeded" ? this.nextSteps() : [];
    if (failed) parts.push(problem(error, steps));
    else if (steps.length) parts.push(make("div", "steps", ...steps));
    const shown = JSON.stringify([notes, earlier, this.thoughts.length, cut, error, status, steps.length,
      steps[0]?.disabled]);
    if (shown === this.notesShown) return; // what is unfolded stays so
    this.notesShown = shown;
    this.notes.replaceChildren(...parts.filter(Boolean));
  }

  /** What helps where there is no proposal; who was never asked is not retried. */
  nextSteps() {
    const offers = this.deeds.offers(this.place);
    if (!offers || this.told.doing === "not asked" || !this.told.attempt) return [];
    const step = (label, name, sign, verb) => {
      const made = button({ name, label, sign, press: this.act(verb) });
      made.disabled = Boolean(offers.busy);
      return made;
    };
    return [
      step("Retry", `Retry ${this.about}`, "refresh", "retry-seat"),
      step("Replace with …", `Replace with … (${this.about})`, "swap_horiz", "replace-seat"),
    ];
  }
}
