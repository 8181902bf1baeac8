// One run: layers that fold, a column a proposer, the answer; live, stored and replayed alike.
import { AnswerCard } from "./answer_card.js";
import { icon, make, setText } from "../controls/elements.js";
import { Status } from "../controls/status.js";
import { Layer } from "./layer.js";
import { ReplayBar } from "./replay_bar.js";
import { RunBar } from "./run_bar.js";
import { Page, repaintFoot } from "./scrolling.js";
import { outcome } from "./words.js";

const TICK_MS = 1000;

/** Draws what is told of a run by messages (docs/run-stream.md) into an element. */
export class RunView {
  /**
   * @param {HTMLElement} root
   * @param {object} data  What the page says of the run (pages/component/run.py).
   * @param {object} ways
   * @param {(asked: object) => void} ways.act  Has something done by engine or page.
   * @param {() => void} ways.replay  Plays the run again.
   * @param {() => void} ways.endReplay  Shows the run itself again.
   */
  constructor(root, data, { act, replay, endReplay }) {
    Object.assign(this, { root, data, of: "", atS: 0, since: performance.now() });
    this.state = { running: data.live, live: data.live };
    this.page = new Page(root, data.turn);
    const offers = (place) => this.data.page?.seats[place.join("-")];
    const named = (name) => (data.about ? `${name}, ${data.about}` : name);
    const controls = () => !this.data.lookOnly && !this.state.elsewhere;
    this.deeds = { act, replay, offers, named, controls, compact: data.compact };
    this.bar = data.replay
      ? new ReplayBar({ act, named, end: endReplay })
      : new RunBar(this.deeds, () => this.page.follow(this.growing));
    this.status = new Status();
    this.trouble = make("p", "trouble", icon("warning"), make("span"));
    this.trouble.hidden = true;
    root.classList.add("polyphony", "run");
    root.classList.toggle("compact", Boolean(data.compact));
    root.dataset.run = data.run ?? "";
    this.clock = setInterval(() => this.tick(), TICK_MS);
    this.key = (event) => this.bar.key?.(event);
    if (data.last) document.addEventListener("keydown", this.key);
  }

  /** What of each seat is drawn, so that a broken connection is resumed where it was. */
  have() {
    const seats = this.seats ?? [];
    return { of: this.of, have: seats.map(({ told, text, thoughts }) => [told.page ?? 0, text.length, thoughts.length]) };
  }

  /** Seconds of the run now; a replay's run faster or stand still. */
  get nowS() {
    const { pace = 1, paused } = this.state.replay ?? {};
    return paused ? this.atS : this.atS + ((performance.now() - this.since) / 1000) * pace;
  }

  /** @param {object} news  A message; one with a `v` says everything. */
  take(news) {
    if (news.now_s !== undefined) Object.assign(this, { atS: news.now_s, since: performance.now() });
    if (news.v) this.takeAll(news);
    for (const [index, told] of Object.entries(news.s ?? {})) this.tellSeat(index, told);
    for (const [index, told] of Object.entries(news.l ?? {})) this.layers[index].tell(told, this.nowS);
    if (news.r) this.tellState(news.r);
    for (const [index, text, anew] of news.t ?? []) this.seats[index].reason(text, anew);
    for (const [index, text, anew] of news.d ?? []) this.seats[index].write(text, anew);
    if (news.v) this.draw(); // at once, or it would be painted folded and then move
    else this.askForFrame();
  }

  takeAll(news) {
    this.tellState(news.state);
    if (!this.seats) this.build(news);
    else if (!news.of || news.of !== this.of) for (const seat of this.seats) seat.clear();
    this.of = news.of ?? "";
    news.seats.forEach((told, index) => this.tellSeat(index, told));
    news.layers.forEach((told, index) => this.layers[index].tell(told, this.nowS));
  }

  tellSeat(index, told) {
    const seat = this.seats[index];
    seat.tell(told, this.nowS);
    const layer = this.layers[seat.place[0]];
    if (layer?.proposals.includes(seat)) layer.mark(seat);
  }

  tellState(told) {
    const could = this.deeds.controls();
    this.state = { ...told, running: told.status === "running" };
    if (could !== this.deeds.controls()) this.offersChanged();
  }

  offersChanged() {
    for (const layer of this.layers ?? []) for (const each of layer.proposals) each.offersChanged();
  }

  /** What the page says has changed: what can be done, and whether this is the last run. */
  tellPage(data) {
    const same = JSON.stringify(this.data.page) === JSON.stringify(data.page);
    const { page, stays } = this.data;
    this.data = { ...data, page: same ? page : data.page, stays };
    if (data.last) this.page.settle(this.data.stays);
    else this.page.release();
    if (same) return;
    this.offersChanged();
    this.askForFrame();
  }

  build(news) {
    this.layers = news.layers.map((_, index) => new Layer(index, this.deeds));
    this.card = new AnswerCard(this.deeds, this.data);
    this.seats = news.seats.map((told) =>
      told.role === "proposer" ? this.layers[told.place[0]].add(told) : this.card.add(told));
    const heading = this.data.heading && make("h2", "said", this.data.heading);
    const layers = this.layers.map(({ node }) => node);
    const parts = [heading, ...layers, this.card.node, this.trouble, this.bar.node, this.status.node];
    this.root.replaceChildren(...parts.filter(Boolean));
    if (this.data.last) this.page.settle(this.data.stays);
  }

  askForFrame() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      if (this.seats) this.draw();
    });
  }

  get shownAnswer() {
    const at = this.state.answer;
    if (at !== undefined) return this.seats[at];
    return this.card.writers.find(({ text }) => text.words) ?? this.card.writers[0];
  }

  /** What was read for the answer. */
  get drafts() {
    return this.state.drafts ?? 0;
  }

  draw() {
    const { state } = this;
    const shown = this.shownAnswer;
    const answers = state.answer !== undefined && shown.told.status !== "pending";
    const began = answers && state.running && this.answered === false;
    this.answered = answers;
    if (began) this.page.hold();
    this.suggestLayers(answers);
    for (const layer of this.layers) {
      layer.decisions.draw(state.decided);
      layer.drawTexts();
    }
    this.card.draw(state, shown, { page: this.data.page, drafts: this.drafts, nowS: this.nowS });
    this.drawBar();
    this.drawTrouble();
    this.speak(answers);
    if (began) this.page.showHead(this.card.node);
    if (state.running) this.lookBelow();
    this.page.measure();
    repaintFoot();
  }

  drawBar() {
    if (this.data.replay) this.bar.draw(this.state, this.nowS);
    else this.bar.draw(this.state, this.layers, this.nowS);
  }

  /** Layers stand open until the answer begins; where there is none, what arrived stays. */
  suggestLayers(answers) {
    const first = this.layers.findIndex(({ told }) => told.asked);
    this.layers.forEach((layer, index) => {
      const begun = layer.told.started_s !== undefined || index === first;
      layer.suggest(begun && !answers && !this.data.compact, { reserve: this.state.running });
    });
  }

  /** The part that grows now. */
  get growing() {
    if (this.answered) return this.card.body;
    const running = this.layers.filter(({ told }) => told.started_s !== undefined);
    return (running.at(-1) ?? this.layers[0])?.node ?? this.card.node;
  }

  lookBelow() {
    const { growing } = this;
    this.page.stay(growing);
    const label = this.answered ? "New text" : this.layers.find(({ node }) => node === growing)?.name;
    const below = this.answered ? this.page.isBelow(growing) : growing.getBoundingClientRect().top > this.page.bottom - 200;
    this.bar.offerNew(below && !this.page.following, label);
  }

  speak(answers) {
    const { state } = this;
    if (state.running) this.wasRunning = true;
    if (!this.wasRunning) return;
    this.status.say(state.running ? answers ? "Writing the answer" : state.doing ?? "" : outcome(state));
  }

  tick() {
    if (!this.seats || !this.state.live) return;
    for (const layer of this.layers) layer.tick(this.nowS);
    this.drawBar();
    if (this.answered) this.card.tick(this.state, this.drafts, this.nowS);
  }

  /** @param {boolean} lost  Whether the connection is. */
  showLink(lost) {
    this.lost = lost;
    this.drawTrouble();
  }

  /** @param {"gone"|"refused"} end  Why there is nothing to draw. */
  showMissing(end) {
    const words = this.data.missing ?? {
      gone: "This run is not here. It may have been deleted.",
      outdated: "Polyphony was updated. Reload the page.",
    }[end] ?? "This run cannot be read now.";
    if (!this.seats) this.root.replaceChildren(make("p", "trouble", icon("error"), words));
  }

  /** What keeps the run from being shown, or from being saved. */
  drawTrouble() {
    const { trouble } = this.state;
    const unsaved = trouble && `Not saved yet. ${trouble.text} ${trouble.advice ?? ""}`;
    const words = this.lost ? "Connection lost. Reconnecting …" : unsaved;
    this.trouble.hidden = !words;
    if (words) setText(this.trouble.lastElementChild, words);
  }

  close() {
    clearInterval(this.clock);
    document.removeEventListener("keydown", this.key);
    cancelAnimationFrame(this.frame);
    for (const layer of this.layers ?? []) layer.close();
    this.page.close();
  }
}
