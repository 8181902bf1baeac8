// Reads the little HTML that models write within lines: breaks, and letters above or below.
// All other HTML stays text.
const BREAK = /^<\/?br\b[^<>]*>/i;
const SHIFTED = /^<(sub|sup)>([^<\n]{1,100})<\/\1>/i;

/** @param {import("markdown-it").default} parser */
export function inlineHtml(parser) {
  parser.inline.ruler.before("autolink", "break", (state, silent) => {
    const found = BREAK.exec(rest(state));
    if (!found) return false;
    if (!silent) state.push("hardbreak", "br", 0);
    state.pos += found[0].length;
    return true;
  });
  parser.inline.ruler.before("autolink", "shifted", (state, silent) => {
    const found = SHIFTED.exec(rest(state));
    if (!found) return false;
    if (!silent) {
      const tag = found[1].toLowerCase();
      state.push("shifted_open", tag, 1);
      state.push("text", "", 0).content = found[2];
      state.push("shifted_close", tag, -1);
    }
    state.pos += found[0].length;
    return true;
  });
}

const rest = ({ src, pos }) => (src[pos] === "<" ? src.slice(pos, pos + 300) : "");
