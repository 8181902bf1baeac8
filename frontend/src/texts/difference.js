// Shows Markdown with the words marked that another text does not have, and what it has instead.
import { GrowingText } from "../markdown/index.js";
import { plainText } from "../markdown/plain_text.js";
import { withoutControls } from "../markdown/source.js";

const WORD_OR_SIGN = /[\p{L}\p{N}\p{M}]+|[^\s\p{L}\p{N}\p{M}]/gu;
const WORD = /^[\p{L}\p{N}]/u;
const ADDRESS = /\]\([^)\n]*\)/g; // what nobody reads of a link
const FARTHEST_WORD_CHARS = 2000;
const FARTHEST_SIGN_CHARS = 8;
const LEFT_OVER = /\*\*|__|~~|`+|(?<!\S)\*(?=\S)|(?<=\S)\*(?!\S)/g; // of marks that were cut
const UNMARKED = "pre, .math"; // others draw them anew

/**
 * @param {Element} box
 * @param {["kept" | "added" | "removed", string][]} parts in order; kept and added ones are the text
 * @param {number} [under] the level of the heading above the text
 */
export function drawDifference(box, parts, under) {
  const shown = document.createElement("div");
  shown.className = "difference";
  box.replaceChildren(shown);
  const changes = new Changes(parts);
  const text = new GrowingText(shown, { under });
  text.add(changes.source);
  text.draw(true, (fragment) => mark(fragment, changes));
}

/** What was changed, by its place in the source of the text. */
class Changes {
  constructor(parts) {
    this.source = "";
    this.added = [];
    this.removed = [];
    for (const [kind, words] of parts) {
      const text = withoutControls(words), start = this.source.length;
      if (kind === "removed") this.removed.push({ start, text });
      else this.source += text;
      if (kind === "added") this.added.push({ start, end: this.source.length });
    }
    this.read = this.source.replace(ADDRESS, (address) => " ".repeat(address.length));
    this.at = 0; // behind the last word that was found
  }

  /**
   * Where a word that is read comes from. What is read are the words of the source in their
   * order, without its marks; so the next place where it stands is never too far.
   * @returns {number} -1 if it is not found: then it stays as it is
   */
  find(word) {
    const start = this.read.indexOf(word, this.at);
    const farthest = WORD.test(word) ? FARTHEST_WORD_CHARS : FARTHEST_SIGN_CHARS;
    if (start < 0 || start - this.at > farthest) return -1;
    this.at = start + word.length;
    return start;
  }

  isAdded(start) {
    while (this.added.length && this.added[0].end <= start) this.added.shift();
    return this.added.length > 0 && this.added[0].start <= start;
  }

  /**
   * What was removed between two words that are read, from where one ends to where the next begins.
   * @returns {{text: string, blank: string, endsLine: boolean}[]} each with the blank before it, and
   *   whether it belongs to the line that ends between the words, or to what follows
   */
  removedBetween(from, start) {
    const due = [];
    while (this.removed.length && this.removed[0].start <= start) due.push(this.removed.shift());
    return due.map((each) => {
      const before = this.source.slice(from, each.start), behind = this.source.slice(each.start, start);
      const endsLine = !before || (!before.includes("\n") && behind.includes("\n"));
      return { text: each.text, blank: /\s/.test(before) ? " " : "", endsLine };
    });
  }
}

function mark(root, changes) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const drafts = [];
  let last = null; // where the last word was found
  while (walker.nextNode()) {
    const isMarked = !walker.currentNode.parentElement?.closest(UNMARKED);
    const draft = new Draft(walker.currentNode);
    for (const { 0: word, index } of draft.text.matchAll(WORD_OR_SIGN)) {
      const from = changes.at, start = changes.find(word);
      if (start < 0 || !isMarked) continue;
      for (const { text, blank, endsLine } of changes.removedBetween(from, start)) {
        if (last && endsLine) last.strike(blank, text);
        else draft.strike("", text, index);
      }
      draft.read(word, index, changes.isAdded(start));
      last = draft;
    }
    if (isMarked) drafts.push(draft);
  }
  drafts.forEach((draft) => draft.finish());
  const rest = changes.removedBetween(0, Infinity).map(({ text }) => struck(text)).filter(Boolean);
  if (rest.length) root.append(...rest.map(inParagraph));
}

/** What takes the place of one text node. */
class Draft {
  constructor(node) {
    this.node = node;
    this.text = node.data;
    this.done = 0; // characters
    this.pieces = [];
  }

  upTo(index) {
    if (index > this.done) this.pieces.push(this.text.slice(this.done, index));
    this.done = Math.max(index, this.done);
  }

  read(word, index, isAdded) {
    if (!isAdded) return this.upTo(index + word.length);
    const before = this.pieces.at(-1), between = this.text.slice(this.done, index);
    const goesOn = before?.tagName === "INS" && !/\S/.test(between);
    if (goesOn) before.append(between, word);
    else {
      this.upTo(index);
      this.pieces.push(element("ins", word));
    }
    this.done = index + word.length;
  }

  strike(blank, removed, index = this.done) {
    const mark = struck(removed);
    if (!mark) return;
    this.upTo(index);
    this.pieces.push(blank, mark);
  }

  finish() {
    this.upTo(this.text.length);
    this.node.replaceWith(...this.pieces);
  }
}

function struck(source) {
  const words = plainText(source).replace(LEFT_OVER, "").trim();
  return /[^\s#>|=-]/.test(words) ? element("del", words) : null;
}

const inParagraph = (node) => {
  const paragraph = document.createElement("p");
  paragraph.append(node);
  return paragraph;
};

function element(tag, text) {
  const made = document.createElement(tag);
  made.textContent = text;
  return made;
}
