// Reads Markdown: CommonMark with tables, strikethrough, bare addresses, tasks and formulas.
// HTML stays text, but for line breaks and the like, and no picture is ever loaded.
import MarkdownIt from "markdown-it";
import { emphasisBesidePunctuation } from "./emphasis.js";
import { formulaMarks } from "./formula_marks.js";
import { inlineHtml } from "./inline_html.js";

const parser = new MarkdownIt({ html: false, linkify: true, maxNesting: 40 });
parser.linkify.set({ fuzzyLink: false, fuzzyEmail: false });
parser.validateLink = (address) => /^(https?:\/\/|mailto:|tel:|#)/i.test(address.trim());
for (const extension of [formulaMarks, emphasisBesidePunctuation, inlineHtml]) parser.use(extension);

const { escapeHtml } = parser.utils;
const rules = parser.renderer.rules;
// A picture becomes a sign and a link.
rules.image = (tokens, index) => {
  const { content } = tokens[index];
  const address = escapeHtml(tokens[index].attrGet("src") ?? "");
  return `<a class="image" href="${address}">${escapeHtml(content || "image")}</a>`;
};
rules.table_open = (tokens, index, options, env, renderer) =>
  `<div class="sideways">${renderer.renderToken(tokens, index, options)}`;
rules.table_close = () => "</table></div>\n";
rules.code_inline = (tokens, index) => `<code dir="ltr">${escapeHtml(tokens[index].content)}</code>`;
rules.fence = (tokens, index) => codeBlock(tokens[index].content, languageOf(tokens[index].info));
rules.code_block = (tokens, index) => codeBlock(tokens[index].content);

function codeBlock(content, language) {
  const name = language ? ` class="language-${escapeHtml(language)}"` : "";
  return `<pre dir="ltr"><code${name}>${escapeHtml(content)}</code></pre>\n`;
}

function languageOf(info) {
  return /^[\w+#.-]{1,30}(?=\s|$)/.exec(info.trim())?.[0].toLowerCase();
}

const HAVE_DIRECTION = new Set([
  "paragraph_open", "heading_open", "bullet_list_open", "ordered_list_open", "blockquote_open", "table_open",
]);
parser.core.ruler.push("direction", ({ tokens }) => {
  // The browser finds out that of each outermost block; a list decides for its items.
  for (const token of tokens) if (token.level === 0 && HAVE_DIRECTION.has(token.type)) token.attrSet("dir", "auto");
});
parser.core.ruler.push("tasks", ({ tokens }) => {
  for (let index = 2; index < tokens.length; index++) {
    const [first] = tokens[index].children ?? [];
    if (tokens[index - 2].type !== "list_item_open" || first?.type !== "text") continue;
    const mark = /^\[([ xX])\](?= )/.exec(first.content);
    if (!mark) continue;
    first.content = (mark[1] === " " ? "☐" : "☑") + first.content.slice(mark[0].length);
    tokens[index - 2].attrSet("class", "task");
  }
});
parser.core.ruler.push("fragments", ({ tokens }) => {
  // A place in a text of its own is nowhere on our page.
  for (const { children } of tokens) for (const token of children ?? [])
    if (token.type === "link_open" && token.attrGet("href").startsWith("#")) token.attrs = [];
});

/**
 * @param {string} text
 * @param {{references?: object, finished?: boolean}} env links that were defined before, gets
 *   those of this text; and whether the text ends here
 */
export const parse = (text, env) => parser.parse(text, env);

/** @returns {string} HTML that is not safe before sanitizer.js has seen it */
export const toHtml = (tokens) => parser.renderer.render(tokens, parser.options, {});
