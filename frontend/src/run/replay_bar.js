// The controls of a replay: pause, pace, where in the run one is, skip ahead, and its end.
import { button, make, rename, setText } from "../controls/elements.js";
import { clock } from "./words.js";

const PACES = [1, 2, 4];
const EXPLAINED = "Replay from recorded times. Nobody is asked and nothing is paid.";

/** Stands where the bar of a run under way stands. */
export class ReplayBar {
  /** @param {{act: (asked: object) => void, end: () => void, named: (name: string) => string}} deeds */
  constructor({ act, end, named }) {
    Object.assign(this, { act, named });
    const play = () => act({ do: this.plays ? "pause" : "play" });
    this.play = button({ name: named("Pause the replay"), sign: "pause", press: play });
    this.where = make("input", "where");
    Object.assign(this.where, { type: "range", min: 0, step: 0.1, ariaLabel: named("Where in the run") });
    this.where.addEventListener("change", () => act({ do: "seek", at_s: Number(this.where.value) }));
    this.time = make("span", "tally");
    this.paces = PACES.map((pace) => this.paceButton(pace));
    const paces = make("span", "segmented", ...this.paces);
    paces.setAttribute("role", "group");
    paces.setAttribute("aria-label", named("Pace"));
    const skip = () => act({ do: "skip" });
    const title = make("span", "doing", "Replay");
    title.title = EXPLAINED;
    this.node = make(
      "div", "run-bar replay-bar", title, this.play, this.where, this.time, paces,
      button({ name: named("Skip ahead to the next layer, the answer or the end"), label: "Skip ahead", sign: "skip_next", press: skip }),
      button({ name: named("End replay"), label: "End replay", sign: "close", press: end }),
    );
  }

  paceButton(pace) {
    const press = () => this.act({ do: "pace", pace });
    return button({ name: this.named(`${pace}× speed`), label: `${pace}×`, className: "version", press });
  }

  draw(state, nowS) {
    const { pace, paused, total_s: total = 0, total: words = "" } = state.replay ?? {};
    this.plays = state.live && !paused;
    rename(this.play, this.named(this.plays ? "Pause the replay" : "Play the replay"));
    setText(this.play.firstElementChild, this.plays ? "pause" : "play_arrow");
    this.where.max = total;
    const at = Math.min(nowS, total);
    if (document.activeElement !== this.where) this.where.value = at;
    setText(this.time, `${clock(at)} of ${words || clock(total)}`);
    this.paces.forEach((each, index) => each.setAttribute("aria-pressed", String(PACES[index] === pace)));
  }

  offerNew() {}
}
