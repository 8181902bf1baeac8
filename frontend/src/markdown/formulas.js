// Draws a formula by KaTeX, within limits; one that cannot be drawn stays as its source.
import katex from "katex";

const LIMITS = { maxExpand: 200, maxSize: 20, trust: false, strict: "ignore" };
const LONGEST_CHARS = 2000;
// A few commands can stand for any number of others.
const DEFINITION = new RegExp(
  "\\\\(?:[gex]?def|let|futurelet|global|long|(?:re)?newcommand|providecommand|expandafter|noexpand|char)" +
  "(?![A-Za-z@])|\\\\[A-Za-z]*@");
const REMEMBERED = 300;

const drawn = new Map(); // a growing text draws its formulas again and again

/** @param {Element} element its text is LaTeX */
export function apply(element) {
  const source = element.textContent;
  const display = element.classList.contains("display");
  const key = `${display} ${source}`;
  const html = drawn.get(key) ?? remember(key, toHtml(source, display));
  if (html) element.innerHTML = html;
  else element.classList.add("source");
}

function remember(key, html) {
  if (drawn.size >= REMEMBERED) drawn.delete(drawn.keys().next().value);
  drawn.set(key, html);
  return html;
}

/** @returns {string} KaTeX's own HTML, or nothing */
function toHtml(source, displayMode) {
  if (!source || source.length > LONGEST_CHARS || DEFINITION.test(source)) return "";
  try {
    return katex.renderToString(source, { ...LIMITS, displayMode });
  } catch {
    return "";
  }
}
