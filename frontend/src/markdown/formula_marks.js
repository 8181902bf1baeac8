// $x$, $$x$$, \(x\), \[x\]; a price is no formula.
export function formulaMarks(md) {
  md.inline.ruler.before("escape", "math", (state, silent) => {
    const { src, pos } = state;
    const found = match(src, pos);
    if (!found) return false;
    if (!silent) {
      const token = state.push("math", "span", 0);
      token.content = found.tex; token.meta = found.block;
    }
    state.pos += found.length;
    return true;
  });
  md.block.ruler.before("fence", "math_block", (state, begin, end, silent) => {
    const line = (n) => state.src.slice(state.bMarks[n] + state.tShift[n], state.eMarks[n]);
    const first = line(begin).trim();
    const close = first.startsWith("$$") ? "$$" : first.startsWith("\\[") ? "\\]" : null;
    if (!close || state.sCount[begin] - state.blkIndent >= 4) return false;
    if (first.length > 2 && first.slice(2).includes(close)) return false; // on one line
    if (silent) return true;
    let last = begin + 1;
    while (last < end && !line(last).includes(close)) last++;
    const body = [first.slice(2)];
    for (let n = begin + 1; n < Math.min(last, end); n++) body.push(line(n));
    if (last < end) body.push(line(last).split(close)[0]);
    const token = state.push("math", "div", 0);
    token.block = true; token.content = body.join("\n").trim(); token.meta = true;
    token.map = [begin, Math.min(last + 1, end)];
    state.line = Math.min(last + 1, end);
    return true;
  }, { alt: ["paragraph"] });
  md.renderer.rules.math = (tokens, index) => {
    const { content, meta, block } = tokens[index];
    const tag = block ? "div" : "span", tex = md.utils.escapeHtml(content);
    return `<${tag} class="math${meta ? " display" : ""}">${tex}</${tag}>`;
  };
}
function match(src, pos) {
  const rest = src.slice(pos, pos + 2000);
  let found;
  if ((found = /^\$\$((?:[^$\\]|\\.)+)\$\$/.exec(rest))) return made(found, true);
  if ((found = /^\\\[((?:[^\\]|\\[^\]])+)\\\]/.exec(rest)) && /[\\^_=+<>{}]/.test(found[1])) return made(found, true);
  if ((found = /^\\\(((?:[^\\]|\\[^)])+)\\\)/.exec(rest))) return made(found, false);
  if ((found = /^\$([^\s$](?:[^$\n]*[^\s$\\])?)\$(?!\d)/.exec(rest)) &&
      !/^\d[\d.,]*[kKmMbB]?(?:[ /-]|[ ]?–)[A-Za-z]{2}/.test(found[1])) return made(found, false);
  return null;
}
const made = (found, block) => ({ tex: found[1], block, length: found[0].length });
