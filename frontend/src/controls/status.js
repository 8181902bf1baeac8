// Tells screen readers how far a run is and what was done: never single words of a text.
import { make } from "./elements.js";

/** A line that is read aloud when it changes; it says nothing of a run that had ended before. */
export class Status {
  constructor() {
    this.node = make("p", "polyphony said");
    this.node.setAttribute("role", "status");
    this.last = "";
  }

  /** @param {string} words  Said once, however often it is told. */
  say(words) {
    if (words === this.last) return;
    this.last = words;
    this.node.textContent = words;
  }
}

let done;

/**
 * Says what a click has done where only a sign shows it: "Copied".
 * @param {string} words  Said again each time.
 */
export function announce(words) {
  if (!done?.node.isConnected) {
    done = new Status();
    document.body.append(done.node);
  }
  done.say("");
  requestAnimationFrame(() => done.say(words));
}
