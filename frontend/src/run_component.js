// A run, as Streamlit mounts it: live, stored, replayed, or one side of a duel.
import { mounting } from "./mounting.js";
import { ChatInTabs, isFromElsewhere } from "./other_tabs.js";
import { follow, runSocket } from "./run_socket.js";
import { RunView } from "./run/run_view.js";

/** What the engine does at once; all else changes the page, which is Python's. */
const ENGINES = new Set([
  "stop", "stop-seat", "restart-seat", "more-time", "end-layer", "play", "pause", "skip", "pace", "seek",
]);

/** After so many tickets in a row that open nothing, another one will not help. */
const HOPELESS = 3;

export const run = mounting((parent) => new MountedRun(parent));

class MountedRun {
  refused = 0; // tickets in a row

  constructor(parent) {
    this.parent = parent;
  }

  /** Takes what the page says; another run takes the place of the one that was shown. */
  tell(data) {
    const before = this.data;
    this.data = data;
    runSocket().ticket = data.ticket;
    if (before?.run !== data.run || this.waitsForTicket) this.show(data.run, data);
    else if (this.replays) return;
    else this.view.tellPage(data);
    if (before?.run === data.run && before.live !== data.live && data.live) this.show(data.run, data);
    this.meetTabs(data);
  }

  /** Another tab of the browser may continue the chat; the page then shows that too. */
  meetTabs({ chat, run, live, last }) {
    if (!chat || !last) {
      this.tabs?.close();
      this.tabs = undefined;
      return;
    }
    this.tabs ??= new ChatInTabs(chat, () => this.trigger("continued", this.data.run));
    this.tabs.show(run, live);
  }

  show(name, data) {
    const root = document.createElement("div");
    const act = (asked) => this.act(asked);
    const view = new RunView(root, { ...data, stays: isFromElsewhere(name) }, { act, replay: () => this.replay(), endReplay: () => this.endReplay() });
    const before = this.root;
    this.waitsForTicket = false;
    if (name === data.run) this.replays = false;
    this.link?.close();
    this.view?.close();
    Object.assign(this, { root, view });
    if (before) before.replaceWith(root);
    else this.parent.append(root);
    this.link = follow(name, {
      have: () => view.have(),
      onNews: (news) => {
        this.refused = 0;
        view.take(news);
      },
      onLink: (lost) => view.showLink(lost),
      onEnd: (end) => this.ended(end, data),
    });
  }

  ended(end, data) {
    if (end === "ticket" && this.refused++ < HOPELESS) return this.renewTicket();
    if (end !== "done") this.view.showMissing(end);
    else if (data.live) this.trigger("ended", data.run); // the page draws what is stored
  }

  /** The page's script gives another one when it runs. */
  renewTicket() {
    this.waitsForTicket = true;
    this.trigger("ended", this.data.run);
  }

  act(asked) {
    if (ENGINES.has(asked.do)) this.link.send(asked);
    else this.trigger("asked", { ...asked, run: this.data.run });
  }

  replay() {
    this.replays = true;
    const { turn, heading, about } = this.data;
    this.show(`replay:${this.data.run}`, { turn, heading, about, live: true, lookOnly: true, replay: true, last: false });
  }

  endReplay() {
    this.replays = false;
    this.show(this.data.run, this.data);
  }

  close() {
    this.tabs?.close();
    this.link.close();
    this.view.close();
    this.root.remove();
  }
}
