// The line of a run under way, always in sight above the foot: what it does, and what helps.
import { button, make, setText } from "../controls/elements.js";
import { clock, line } from "./words.js";

const STOP_AGAIN_MS = 5000; // a request that was lost on its way can be made again
const OPENED = ':popover-open, [role="dialog"], [role="listbox"], [role="menu"]:not([popover])';

/** Progress, offers of a layer that waits, the way to new text, and Stop. */
export class RunBar {
  /** @param {import("./proposal.js").Deeds} deeds @param {() => void} goToNew */
  constructor(deeds, goToNew) {
    this.deeds = deeds;
    this.waited = new Set(); // offers that the user has answered by waiting
    this.doing = make("span", "doing");
    this.progress = make("progress");
    this.progress.max = 1;
    this.offer = make("span", "offer");
    this.fresh = button({ name: "New text", label: "New text", sign: "arrow_downward", className: "fresh", press: goToNew });
    this.fresh.hidden = true;
    this.stop = button({ name: "Stop", label: "Stop", sign: "stop", className: "labelled stop", press: () => this.stopRun() });
    this.node = make("div", "run-bar", this.fresh, this.doing, this.progress, this.offer, deeds.controls() && this.stop);
  }

  /** Escape stops the run, where nothing is open that it would close. */
  key(event) {
    if (event.key !== "Escape" || event.defaultPrevented || this.node.hidden || !this.deeds.controls()) return;
    if (!document.querySelector(OPENED)) this.stopRun();
  }

  /** Asks the engine to stop, and shows at once that it was asked. */
  stopRun() {
    if (this.stop.disabled || this.stop.hidden) return;
    this.showStopping(true);
    setTimeout(() => this.showStopping(false), STOP_AGAIN_MS);
    this.deeds.act({ do: "stop" });
  }

  showStopping(stopping) {
    this.stop.setAttribute("aria-pressed", String(stopping));
    this.stop.disabled = stopping;
    setText(this.stop.lastElementChild, stopping ? "Stopping …" : "Stop");
  }

  /** @param {object} state @param {import("./layer.js").Layer[]} layers @param {number} nowS */
  draw(state, layers, nowS) {
    this.node.hidden = !state.live;
    if (!state.live) return;
    this.stop.hidden = !state.running || Boolean(state.elsewhere);
    this.progress.hidden = state.progress === undefined;
    if (!this.progress.hidden) this.progress.value = state.progress;
    const waits = this.drawOffer(layers);
    const where = state.elsewhere && "in another process";
    setText(this.doing, line(waits ?? state.doing, state.running && clock(nowS), state.cost, where));
    if (!state.running) this.fresh.hidden = true;
  }

  /** Offers to continue without who is late; gives what there is to say of it. */
  drawOffer(layers) {
    const at = layers.findIndex(({ told }) => told.offer);
    const offer = this.deeds.controls() ? layers[at]?.told.offer : undefined;
    const key = offer ? `${at} ${offer.missing} ${offer.says}` : "";
    const shown = this.waited.has(`${at} ${offer?.missing}`) ? "" : key;
    if (shown !== this.shown) this.offer.replaceChildren(...(shown ? this.choices(offer, at) : []));
    this.shown = shown;
    return shown ? offer.says : undefined;
  }

  choices({ end, missing, restart }, layer) {
    const { act } = this.deeds;
    const wait = () => {
      this.waited.add(`${layer} ${missing}`);
      this.drawOffer([]);
    };
    const again = () => act({ do: "restart-seat", place: restart });
    return [
      button({ name: end, label: end, sign: "merge", press: () => act({ do: "end-layer", layer }) }),
      ...(restart ? [button({ name: "Retry the missing model", label: "Retry", sign: "restart_alt", press: again })] : []),
      button({ name: "Wait for the rest of the layer", label: "Wait", className: "quiet", press: wait }),
    ];
  }

  /** @param {boolean} below  Whether what is new is out of sight. */
  offerNew(below, label = "New text") {
    this.fresh.hidden = !below;
    if (below) setText(this.fresh.lastElementChild, label);
  }
}
