// A box in which a text grows and scrolls: what is cut off fades, nothing follows by itself.
import { GrowingText } from "../markdown/index.js";
import { make } from "../controls/elements.js";

const AT_END_PX = 24;

/** The text of one proposal or answer. */
export class TextBox {
  /**
   * @param {string} label  Whose text it is, for those who tab into it.
   * @param {{scrolls?: boolean, under?: number}} [how]  `under`: the level of the heading above.
   */
  constructor(label, { scrolls = true, under = 4 } = {}) {
    this.node = make("div", "text");
    this.grown = new GrowingText(this.node, { under });
    this.follows = false;
    this.length = 0; // of what has come; not all of it may be shown
    if (!scrolls) return;
    this.node.classList.add("scrolls");
    this.node.setAttribute("role", "region");
    this.node.setAttribute("aria-label", label);
    this.node.addEventListener("scroll", () => this.scrolled(), { passive: true });
    new ResizeObserver(() => this.fade()).observe(this.node);
  }

  get words() {
    return this.grown.text;
  }

  write(text, anew) {
    if (anew) this.grown.clear();
    this.grown.add(text);
    this.length = (anew ? 0 : this.length) + text.length;
  }

  /** Draws what is new; who has scrolled to the end stays with it. */
  draw(done) {
    this.grown.draw(done);
    if (this.follows && !done) this.node.scrollTop = this.node.scrollHeight;
    this.fade();
  }

  scrolled() {
    const { scrollTop, clientHeight, scrollHeight } = this.node;
    this.follows = scrollTop > 0 && scrollTop + clientHeight >= scrollHeight - AT_END_PX;
    this.fade();
  }

  fade() {
    const { scrollTop, clientHeight, scrollHeight, classList } = this.node;
    if (!classList.contains("scrolls")) return;
    const over = scrollHeight - clientHeight;
    classList.toggle("cut-above", over > 1 && scrollTop > 1);
    classList.toggle("cut-below", over > 1 && scrollTop < over - 1);
    this.node.tabIndex = over > 1 ? 0 : -1; // only what scrolls is a stop of the Tab key
  }
}
