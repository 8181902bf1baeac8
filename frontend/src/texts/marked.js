// Shows Markdown with marks of ours behind its sentences, and leaves it whole: a mark goes into
// the text as one private character, which means nothing to Markdown, and becomes what is seen
// when the text is drawn.
import { GrowingText } from "../markdown/index.js";

const FIRST = 0x100000; // plane 16: for private use
const PLACE = /[\u{100000}-\u{10fffd}]/gu;
const UNMARKED = "pre, code, .math";

/**
 * @param {Element} box
 * @param {[string, [string, number][]][]} sentences each with its marks: letters, and how dark
 *   they are from 0 to 1; a mark of no letter says that the words are the author's own
 * @param {number} [under] the level of the heading above the text
 */
export function drawMarked(box, sentences, under) {
  const marks = sentences.map(([, found]) => found);
  const text = new GrowingText(box, { under });
  text.add(sentences.map(([words, found], number) => withPlace(words, found, number)).join(""));
  text.draw(true, (fragment) => showMarks(fragment, marks));
}

function withPlace(words, marks, number) {
  const clean = words.replace(PLACE, "\ufffd");
  return marks.length ? clean + String.fromCodePoint(FIRST + number) : clean;
}

function showMarks(root, marks) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) if (walker.currentNode.data.search(PLACE) >= 0) texts.push(walker.currentNode);
  for (const text of texts) {
    const isUnmarked = text.parentElement?.closest(UNMARKED);
    text.replaceWith(...text.data.split(/([\u{100000}-\u{10fffd}])/u).flatMap((piece) => {
      if (piece.search(PLACE) < 0) return [piece];
      return isUnmarked ? [] : marks[piece.codePointAt(0) - FIRST].map(shown);
    }));
  }
}

function shown([letter, strength]) {
  const mark = document.createElement("span");
  mark.className = letter ? "source-mark" : "source-mark own";
  mark.textContent = letter || "own";
  mark.style.setProperty("--strength", strength);
  return mark;
}
