// Moves the page only where the reader expects it: a question to the top, an answer's head
// into view once, and to what is new when asked to. Nothing follows by itself.
import { scrollerOf } from "../scroller.js";

const QUESTION_ROOM_PX = 12;
const HEAD_AT_MOST = 0.55; // of the window: an answer's head further down is brought up
const HANDS = ["wheel", "touchmove", "pointerdown", "keydown"];
const FORGET_MS = 1000;

let shownTurn = null; // what the page was last scrolled to
let forgetting;

/** The page around a run: what scrolls, its header and its foot. */
export class Page {
  /** @param {HTMLElement} root  The run. @param {string} turn  Names its question. */
  constructor(root, turn) {
    Object.assign(this, { root, turn, byHand: false, following: false });
    this.hand = (event) => this.touched(event);
    this.sized = new ResizeObserver(() => this.measure());
  }

  get scroller() {
    if (this.scrolls?.isConnected) return this.scrolls;
    this.scrolls = scrollerOf(this.root);
    for (const kind of HANDS) this.scrolls.addEventListener(kind, this.hand, { passive: true });
    return this.scrolls;
  }

  get question() {
    return document.querySelector(`.st-key-${CSS.escape(this.turn)}-asked`);
  }

  get foot() {
    return document.querySelector('[data-testid="stBottom"]');
  }

  get top() {
    const header = document.querySelector('[data-testid="stHeader"]');
    const edge = this.scroller.getBoundingClientRect().top;
    return Math.max(edge, header?.getBoundingClientRect().bottom ?? edge);
  }

  get bottom() {
    return this.foot?.getBoundingClientRect().top ?? innerHeight;
  }

  touched({ type, target, deltaY, key }) {
    if (target.closest?.("input, textarea")) return; // the next question is being written
    if (type === "pointerdown" && target !== this.scroller) return; // its scroll bar
    if (type === "keydown" && !/^(Page|Arrow|Home|End| )/.test(key)) return;
    this.byHand = true;
    if (!(deltaY > 0)) this.following = false;
  }

  /**
   * The last run of a page: room below it, so that its question can stand at the top.
   * @param {boolean} [stays]  Another tab has asked it: the page stays where it is.
   */
  settle(stays) {
    clearTimeout(forgetting);
    this.isLast = true;
    this.sized.observe(this.root);
    if (this.foot) this.sized.observe(this.foot);
    if (shownTurn === this.turn) return;
    shownTurn = this.turn;
    this.byHand = Boolean(stays);
    this.following = false;
    this.measure();
    requestAnimationFrame(() => this.questionToTop());
  }

  /** What folds now must not pull the page: there is room until it is measured again. */
  hold() {
    const block = this.isLast && this.block;
    if (block) block.style.paddingBottom = `${this.scroller.scrollHeight}px`;
  }

  get block() {
    return this.root.closest('[data-testid="stMainBlockContainer"]');
  }

  /** Another run follows it now: the room below is that one's. */
  release() {
    this.isLast = false;
    this.sized.disconnect();
  }

  measure() {
    const foot = this.foot?.offsetHeight ?? 0;
    this.root.style.setProperty("--foot", `${foot}px`);
    const { block } = this;
    if (!this.isLast || !block || !this.question) return;
    const from = this.question.getBoundingClientRect().top;
    const content = block.lastElementChild.getBoundingClientRect().bottom - from;
    const room = this.bottom - this.top - QUESTION_ROOM_PX - content;
    block.style.paddingBottom = `${Math.max(16, Math.floor(room))}px`;
  }

  questionToTop() {
    const question = this.question;
    if (!question || this.byHand) return;
    this.scrollBy(question.getBoundingClientRect().top - this.top - QUESTION_ROOM_PX, "instant");
  }

  /** Brings the head of an answer into view, unless the reader has gone somewhere. */
  showHead(node) {
    if (this.byHand) return;
    const at = node.getBoundingClientRect().top;
    const limit = this.top + (this.bottom - this.top) * HEAD_AT_MOST;
    if (at >= this.top && at <= limit) return;
    const question = this.question?.getBoundingClientRect().top ?? at;
    const withQuestion = question - this.top - QUESTION_ROOM_PX;
    const alone = at - this.top - QUESTION_ROOM_PX;
    this.scrollBy(at - withQuestion <= limit ? withQuestion : alone, "smooth");
  }

  /** Whether the end of what grows is out of sight below. */
  isBelow(node) {
    return node.getBoundingClientRect().bottom > this.bottom + 4;
  }

  /** Goes to the end of what grows, and stays with it until the reader scrolls up. */
  follow(node) {
    this.following = true;
    this.showEnd(node, "smooth");
  }

  stay(node) {
    if (this.following && this.isBelow(node)) this.showEnd(node, "instant");
  }

  showEnd(node, behavior) {
    this.scrollBy(node.getBoundingClientRect().bottom - this.bottom + 72, behavior);
  }

  scrollBy(top, behavior) {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.scroller.scrollBy({ top, behavior: calm ? "instant" : behavior });
  }

  close() {
    this.sized.disconnect();
    for (const kind of HANDS) this.scrolls?.removeEventListener(kind, this.hand);
    if (!this.isLast) return;
    clearTimeout(forgetting);
    forgetting = setTimeout(() => (shownTurn = null), FORGET_MS); // it may be mounted anew at once
  }
}

let nudged = 0;

/**
 * Chromium may leave a sticky foot painted where it stood before the page grew: nothing in
 * it has changed, so it is not painted anew. This has it painted anew.
 */
export function repaintFoot() {
  const foot = document.querySelector('[data-testid="stBottom"]');
  if (foot) foot.style.bottom = (nudged = 1 - nudged) ? "0.01px" : "0px";
}
