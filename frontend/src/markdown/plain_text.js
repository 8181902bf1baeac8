// Takes the marks of Markdown off a text: lists and tables stay readable, code stays as it is.
import { GrowingText } from "./growing_text.js";

const BLOCK = /^(?:P|H[1-6]|UL|OL|LI|PRE|BLOCKQUOTE|TABLE|HR|DIV)$/;

/**
 * @param {string} source  Markdown
 * @returns {string} what one reads of it
 */
export function plainText(source) {
  const box = document.createElement("div");
  const text = new GrowingText(box);
  text.add(source);
  text.draw(true);
  return inside(box, "\n\n");
}

const WRITE = {
  BR: () => "\n",
  HR: () => "---",
  BUTTON: () => "",
  PRE: (node) => node.textContent.replace(/\n$/, ""),
  UL: (node) => items(node, () => "- "),
  OL: (node) => items(node, (number) => `${(node.start || 1) + number}. `),
  LI: (node) => inside(node, "\n"),
  TABLE: (node) => [...node.rows].map(cells).join("\n"),
  BLOCKQUOTE: (node) => inside(node, "\n\n").replace(/^/gm, "> "),
  A: linked,
};

function written(node) {
  if (node.nodeType === Node.TEXT_NODE) {
    const words = node.data.replace(/\s+/g, " ");
    return node.previousSibling?.nodeName === "BR" ? words.trimStart() : words;
  }
  return (WRITE[node.tagName] ?? ((other) => inside(other, "\n\n")))(node);
}

/** What stands in a node: words in a row, and blocks apart from one another. */
function inside(node, between) {
  const blocks = [""];
  let inBlock = false;
  for (const child of node.childNodes) {
    const isBlock = BLOCK.test(child.tagName ?? "");
    if (isBlock || inBlock) blocks.push("");
    blocks[blocks.length - 1] += written(child);
    inBlock = isBlock;
  }
  return blocks.map((block) => block.trim()).filter(Boolean).join(between);
}

function items(list, mark) {
  const lines = [...list.children].map((item, number) => {
    const before = mark(number);
    return before + written(item).replace(/\n/g, `\n${" ".repeat(before.length)}`);
  });
  return lines.join("\n");
}

function cells(row) {
  return [...row.cells].map((cell) => inside(cell, " ").replace(/\s+/g, " ")).join("\t");
}

function linked(node) {
  const words = inside(node, " "), address = node.getAttribute("href");
  return !address || address === words || address === `mailto:${words}` ? words : `${words} (${address})`;
}
