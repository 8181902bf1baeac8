// Chats that stand in several tabs of one browser: each hears of what another one asks in them.

/** Runs that other tabs have begun: the page shows them, and stays where the reader is. */
const begunElsewhere = new Set();

/** By chat: the run that was last in it when this tab last showed it. */
const lastShown = new Map();

/** @param {string} run @returns {boolean} */
export const isFromElsewhere = (run) => begunElsewhere.has(run);

/** The last run of a chat's page. */
export class ChatInTabs {
  /**
   * @param {string} chat  Its uid.
   * @param {() => void} onContinued  Another tab asks something there that is not shown here.
   */
  constructor(chat, onContinued) {
    this.chat = chat;
    this.channel = new BroadcastChannel("polyphony-chats");
    this.channel.onmessage = ({ data }) => {
      if (data.chat !== this.chat || data.run === this.run) return;
      begunElsewhere.add(data.run);
      onContinued();
    };
  }

  /**
   * Tells other tabs of a run that was begun here; it may have ended before it was shown.
   *
   * @param {string} run  What is shown. @param {boolean} live  Whether it is under way.
   */
  show(run, live) {
    const before = lastShown.get(this.chat);
    const isNew = run !== before && (live || before !== undefined) && !isFromElsewhere(run);
    this.run = run;
    lastShown.set(this.chat, run);
    if (isNew) this.channel.postMessage({ chat: this.chat, run });
  }

  close() {
    this.channel.close();
  }
}
