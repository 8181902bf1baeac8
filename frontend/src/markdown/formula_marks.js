// Reads formulas: $x$, $$x$$, \(x\), \[x\], on lines of their own too. A price is none.
const LONGEST_CHARS = 2000;
const SHOWN = /^\$\$((?:(?!\n\n)(?:\\[^]|[^$\\]))+?)\$\$/;
const DISPLAY = /^\\\[((?:(?!\n\n)(?:\\[^()[\]$]|[^$\\]))+?)\\\]/;
const BRACKETS = /^\\\(((?:(?!\n\n)(?:\\[^()[\]$]|[^$\\])){1,400}?)\\\)/;
const BETWEEN_DOLLARS = /^\$([^\s$](?:[^$\n]*[^\s$\\])?)\$(?!\d)/;

const PRICE = /^\d[\d.,]*[kKmMbB]?(?:[ /-]|[ ]?–)[A-Za-z]{2}/;
const AMOUNT_IN_PROSE = /^\d[^\\^_=+<>{}]*[\s(][A-Za-z]{2}[^\\^_=+<>{}]*$/;
const VARIABLE = /^[A-Z_][A-Z0-9_]{2,}[/:,=]$/; // "$HOME/$USER"
const PROSE = /(?<![\\A-Za-z])[A-Za-z]{3,}[ ,]+[A-Za-z]{3,}|:\/\//;
const OPERATOR = /[\\^_=+<>{}]/;
const ADDRESS = /https?:\/\/\S*$/;

/** @param {import("markdown-it").default} parser */
export function formulaMarks(parser) {
  parser.inline.ruler.before("escape", "formula", inlineFormula);
  parser.block.ruler.before("fence", "formula_block", formulaBlock, {
    alt: ["paragraph", "reference", "blockquote", "list"],
  });
  parser.renderer.rules.formula = (tokens, index) => {
    const { content, meta, block } = tokens[index];
    const source = parser.utils.escapeHtml(content);
    if (!meta.display) return `<span class="math">${source}</span>`;
    const tag = block ? "div" : "span";
    return `<${tag} class="math display">${source}</${tag}>`;
  };
}

function inlineFormula(state, silent) {
  const { src, pos } = state;
  const found = src[pos] === "$" ? betweenDollars(src, pos) : src[pos] === "\\" ? betweenBrackets(src, pos) : null;
  if (!found) return false;
  if (!silent) push(state, "span", found.source, found.display);
  state.pos += found.length;
  return true;
}

function betweenDollars(src, pos) {
  if (ADDRESS.test(src.slice(Math.max(0, pos - 300), pos))) return null;
  const rest = src.slice(pos, pos + LONGEST_CHARS);
  const shown = SHOWN.exec(rest);
  if (shown) return formula(shown, true);
  const inline = BETWEEN_DOLLARS.exec(rest);
  if (!inline || [PRICE, AMOUNT_IN_PROSE, VARIABLE].some((kind) => kind.test(inline[1]))) return null;
  return formula(inline, false);
}

function betweenBrackets(src, pos) {
  const rest = src.slice(pos, pos + LONGEST_CHARS);
  const display = DISPLAY.exec(rest);
  if (display) return OPERATOR.test(display[1]) ? formula(display, true) : null;
  const inline = BRACKETS.exec(rest);
  const isFormula = inline && inline[1].trim() && (OPERATOR.test(inline[1]) || !PROSE.test(inline[1]));
  return isFormula ? formula(inline, false) : null;
}

const formula = ([all, source], display) => ({ source: source.trim(), display, length: all.length });

const CLOSING = new Map([["$$", "$$"], ["\\[", "\\]"]]);

/** On lines of its own, as a fence is: what is not closed goes to the end of what it is in. */
function formulaBlock(state, begin, end, silent) {
  if (state.sCount[begin] - state.blkIndent >= 4) return false;
  const opening = lineOf(state, begin).trim();
  const closing = CLOSING.get(opening);
  if (!closing || silent) return Boolean(closing);
  const { last, isClosed } = lastLine(state, closing, begin + 1, end);
  const body = state.getLines(begin + 1, last, state.blkIndent, false);
  const neverCloses = !isClosed && state.env.finished && state.level === 0;
  if (neverCloses && /\n\s*\n/.test(body)) {
    pushParagraph(state, opening, [begin, begin + 1]);
    state.line = begin + 1;
    return true;
  }
  const [before, after] = isClosed ? splitAt(lineOf(state, last), closing) : ["", ""];
  state.line = isClosed ? last + 1 : last;
  const map = [begin, state.line];
  push(state, "div", `${body}\n${before}`.trim(), true, map);
  if (after.trim()) pushParagraph(state, after.trim(), map);
  return true;
}

/** The line that closes a formula, or the first one behind what it stands in. */
function lastLine(state, closing, from, end) {
  for (let last = from; last < end; last++) {
    if (state.sCount[last] < state.blkIndent && !state.isEmpty(last)) return { last, isClosed: false };
    if (lineOf(state, last).includes(closing)) return { last, isClosed: true };
  }
  return { last: end, isClosed: false };
}

function splitAt(line, closing) {
  const at = line.indexOf(closing);
  return [line.slice(0, at), line.slice(at + closing.length)];
}

const lineOf = (state, line) => state.src.slice(state.bMarks[line] + state.tShift[line], state.eMarks[line]);

function push(state, tag, source, display, map = null) {
  const token = state.push("formula", tag, 0);
  Object.assign(token, { content: source, meta: { display }, block: map !== null, map });
}

function pushParagraph(state, content, map) {
  state.push("paragraph_open", "p", 1).map = map;
  Object.assign(state.push("inline", "", 0), { content, map, children: [] });
  state.push("paragraph_close", "p", -1);
}
