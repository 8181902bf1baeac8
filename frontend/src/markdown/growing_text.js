// Draws a text while it grows: finished blocks once, only the last one again and again.
import { complete as completeBlocks, cutTallCharacters } from "./blocks.js";
import { enrich } from "./enrichment.js";
import { levelHeadings } from "./heading_levels.js";
import { parse, toHtml } from "./parser.js";
import { sanitize } from "./sanitizer.js";
import { withoutControls } from "./source.js";
import { complete } from "./unfinished.js";

const LONGEST_COMPLETED_CHARS = 6000;
const DECIDING_CHARS = 16; // of a line: "3" may become "3." and continue a list
const DECIDED_AT_ITS_END = /^[\s>]*(?:(?:[-+*]|\d+[.)])\s+)*[-`~*_=|$\\[]/; // "---" may become "---a"
const REST_PER_WORK = 5; // a tail that takes 20 ms to draw is drawn at most each 120 ms
const DEFINITION = /\]:/;

/** A growing text in a box of its own. */
export class GrowingText {
  /** @param {Element} box @param {{under?: number}} [where]  The level of the heading above it. */
  constructor(box, { under = 2 } = {}) {
    Object.assign(this, { box, under });
    this.clear();
  }

  /** Start anew. */
  clear() {
    this.source = ""; // as it came: what is copied
    this.text = ""; // as it is parsed
    this.held = ""; // a carriage return whose line feed may follow
    this.begin = 0; // of what may still change
    this.env = {};
    this.tail = [];
    this.code = null;
    this.nextDraw = 0;
    this.drawnChars = 0;
    this.box.replaceChildren();
  }

  /** @param {string} piece */
  add(piece) {
    this.source += piece;
    const all = this.held + piece;
    this.held = all.endsWith("\r") ? "\r" : "";
    this.text += withoutControls(this.held ? all.slice(0, -1) : all);
  }

  /**
   * Draw what is new.
   *
   * @param {boolean} done whether the text is finished
   * @param {(fragment: DocumentFragment) => void} [change] what is done last to what is drawn
   * @returns {boolean} whether all of it is drawn; if not, ask again in the next frame
   */
  draw(done, change = () => {}) {
    if (!done && this.drawnChars === this.text.length) return true;
    const start = performance.now();
    if (!done && start < this.nextDraw) return false;
    if (done) this.finish(change);
    else this.grow(this.text.slice(this.begin));
    this.drawnChars = this.text.length;
    const end = performance.now();
    this.nextDraw = end + REST_PER_WORK * (end - start);
    return true;
  }

  finish(change) {
    if (this.begin && DEFINITION.test(this.text)) this.forget(); // links were defined late
    this.put(parse(this.text.slice(this.begin), { ...this.env, finished: true }), true, change);
    this.begin = this.text.length;
  }

  forget() {
    this.begin = 0;
    this.env = {};
    this.tail = [];
    this.box.replaceChildren();
  }

  grow(source) {
    if (this.growCode(source)) return;
    const rest = source.slice(this.freeze(source));
    const tokens = parse(rest, copyOf(this.env));
    const isCode = tokens.length === 1 && tokens[0].type === "fence";
    const asItIs = isCode || rest.length > LONGEST_COMPLETED_CHARS;
    this.put(asItIs ? tokens : parse(complete(rest), copyOf(this.env)), false);
    this.code = isCode ? { node: this.box.lastElementChild?.querySelector("code"), source: rest } : null;
  }

  /** Draw for good all blocks but the last; return where that one begins. */
  freeze(source) {
    const starts = blockStarts(parse(source, copyOf(this.env)));
    const lines = lineOffsets(source);
    const last = starts.at(-1);
    const end = lines[isDecided(source.slice(lines[last])) ? last : starts.at(-2)];
    if (!end) return 0;
    this.put(parse(source.slice(0, end), this.env), true);
    this.begin += end;
    return end;
  }

  /** An open code block only gets longer: nothing is parsed until a line may close it. */
  growCode(source) {
    const { node, source: known } = this.code ?? {};
    if (!node?.isConnected || !known.includes("\n") || !/^[`~]/.test(known)) return false;
    const more = source.slice(known.length);
    if (/[`~]/.test(more)) return false;
    node.append(more);
    this.code.source = source;
    return true;
  }

  put(tokens, frozen, change = () => {}) {
    for (const node of this.tail) node.remove();
    const fragment = sanitize(toHtml(tokens));
    cutTallCharacters(fragment);
    change(fragment);
    const nodes = [...fragment.childNodes];
    const elements = [...fragment.children];
    this.box.append(fragment);
    levelHeadings(this.box, this.under);
    this.tail = frozen ? [] : nodes;
    this.code = null;
    if (frozen) completeBlocks(elements);
    enrich(elements, frozen);
  }
}

/** Whether what a block is cannot change any more, as far as its first line decides it. */
function isDecided(block) {
  return block.includes("\n") || (block.length >= DECIDING_CHARS && !DECIDED_AT_ITS_END.test(block));
}

function copyOf(env) {
  return { ...env, references: { ...env.references } };
}

/** The first line of each block, in order. */
function blockStarts(tokens) {
  const blocks = tokens.filter(({ level, map, nesting }) => level === 0 && map && nesting >= 0);
  return [...new Set([0, ...blocks.map(({ map }) => map[0])])];
}

function lineOffsets(text) {
  const offsets = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) offsets.push(at + 1);
  return offsets;
}
