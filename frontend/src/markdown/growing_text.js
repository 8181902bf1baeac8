// Draws a text while it grows: finished blocks once, only the last one again and again.
import { enrich } from "./enrichment.js";
import { parse, toHtml } from "./parser.js";
import { sanitize } from "./sanitizer.js";
import { complete } from "./unfinished.js";

const LONGEST_COMPLETED_CHARS = 6000;
const DECIDING_CHARS = 16; // of a line: "3" may become "3." and continue a list
const REST_PER_WORK = 5; // a tail that takes 20 ms to draw is drawn at most each 120 ms
const LATE_DEFINITION = /^ {0,3}\[[^\]\n]+\]:/m;

/** A growing text in a box of its own. */
export class GrowingText {
  /** @param {Element} box */
  constructor(box) {
    this.box = box;
    this.clear();
  }

  /** Start anew. */
  clear() {
    this.text = "";
    this.begin = 0; // of what is not frozen
    this.env = {};
    this.tail = [];
    this.code = null;
    this.nextDraw = 0;
    this.drawnChars = 0;
    this.box.replaceChildren();
  }

  /** @param {string} piece */
  add(piece) {
    this.text += piece;
  }

  /**
   * Draw what is new.
   *
   * @param {boolean} done whether the text is finished
   * @returns {boolean} whether all of it is drawn; if not, ask again in the next frame
   */
  draw(done) {
    if (!done && this.drawnChars === this.text.length) return true;
    const start = performance.now();
    if (!done && start < this.nextDraw) return false;
    if (done) this.finish();
    else this.grow(this.text.slice(this.begin));
    this.drawnChars = this.text.length;
    this.nextDraw = performance.now() + REST_PER_WORK * (performance.now() - start);
    return true;
  }

  finish() {
    if (LATE_DEFINITION.test(this.text)) {
      this.begin = 0;
      this.env = {};
      this.tail = [];
      this.box.replaceChildren();
    }
    this.put(parse(this.text.slice(this.begin), this.env), true);
    this.begin = this.text.length;
  }

  grow(source) {
    if (this.growCode(source)) return;
    const frozen = this.freeze(source);
    const rest = source.slice(frozen);
    const tokens = parse(rest, copyOf(this.env));
    const isCode = tokens.length === 1 && tokens[0].type === "fence";
    const isLong = rest.length > LONGEST_COMPLETED_CHARS;
    this.put(isCode || isLong ? tokens : parse(complete(rest), copyOf(this.env)), false);
    this.code = isCode ? { node: this.box.lastElementChild?.querySelector("code"), source: rest } : null;
  }

  /** Draw for good all blocks but the last; return where that begins. */
  freeze(source) {
    const starts = blockStarts(parse(source, copyOf(this.env)));
    if (starts.length < 2) return 0;
    const lines = lineOffsets(source);
    const last = starts.at(-1);
    const isDecided = last < lines.length - 1 || source.length - lines[last] >= DECIDING_CHARS;
    const end = isDecided ? lines[last] : lines[starts.at(-2)];
    if (!end) return 0;
    this.put(parse(source.slice(0, end), this.env), true);
    this.begin += end;
    return end;
  }

  /** An open code block only gets longer: nothing is parsed until a line may close it. */
  growCode(source) {
    const { node, source: known } = this.code ?? {};
    if (!node?.isConnected || !source.startsWith(known) || !known.includes("\n")) return false;
    const more = source.slice(known.length);
    if (/[`~]/.test(more)) return false;
    node.append(more);
    this.code.source = source;
    return true;
  }

  put(tokens, frozen) {
    for (const node of this.tail) node.remove();
    const fragment = sanitize(toHtml(tokens, this.env));
    const nodes = [...fragment.childNodes];
    this.box.append(fragment);
    this.tail = frozen ? [] : nodes;
    this.code = null;
    enrich(nodes, frozen);
  }
}

function copyOf(env) {
  return { ...env, references: { ...env.references } };
}

function blockStarts(tokens) {
  return tokens.filter(({ level, map, nesting }) => level === 0 && map && nesting >= 0).map(({ map }) => map[0]);
}

function lineOffsets(text) {
  const offsets = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) offsets.push(at + 1);
  return offsets;
}
