// Tells screen readers how far a run is: tallies and its end, never single words of a text.
import { make } from "./elements.js";

/** A line that is read aloud when it changes; it says nothing of a run that had ended before. */
export class Status {
  constructor() {
    this.node = make("p", "said");
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
