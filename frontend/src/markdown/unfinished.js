// Completes Markdown that breaks off: what is open is closed, half a table is a table.
import remend from "remend";

const OPTIONS = { linkMode: "text-only", images: true, htmlTags: false, katex: false };

/** @param {string} text the blocks that are not finished */
export function complete(text) {
  return completeTable(text) ?? remend(text, OPTIONS);
}

function completeTable(text) {
  const start = text.lastIndexOf("\n\n") + 1;
  const block = text.slice(start).trimStart();
  if (!block.startsWith("|") || block.length <= 3) return null;
  const [head, rule = "", ...rows] = block.split("\n");
  if (rows.length || !/^[\s|:-]*$/.test(rule)) return null;
  const columns = Math.max(1, head.replace(/\|\s*$/, "").split("|").length - 1);
  return `${text.slice(0, start)}\n${head}\n|${"---|".repeat(columns)}`;
}
