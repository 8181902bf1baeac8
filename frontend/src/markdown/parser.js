// Reads Markdown: CommonMark with tables, strikethrough, bare addresses and formulas, but no
// HTML, and no picture is ever loaded.
import MarkdownIt from "markdown-it";
import { formulaMarks } from "./formula_marks.js";

export const parser = new MarkdownIt({ html: false, linkify: true, breaks: false, maxNesting: 40 });
parser.linkify.set({ fuzzyLink: false, fuzzyEmail: false });
parser.validateLink = (address) => /^(https?:\/\/|mailto:|tel:|#)/i.test(address.trim());
parser.use(formulaMarks);

const { escapeHtml } = parser.utils;
const rules = parser.renderer.rules;
// A picture becomes a sign and a link.
rules.image = (tokens, index) => {
  const { attrs, content } = tokens[index];
  const address = escapeHtml(new Map(attrs).get("src") ?? "");
  return `<span class="image"></span><a href="${address}">${escapeHtml(content || "image")}</a>`;
};
rules.table_open = (tokens, index, options, env, renderer) =>
  `<div class="sideways">${renderer.renderToken(tokens, index, options)}`;
rules.table_close = () => "</table></div>";
rules.code_inline = (tokens, index) => `<code dir="ltr">${escapeHtml(tokens[index].content)}</code>`;
rules.fence = (tokens, index) => codeBlock(tokens[index].content, languageOf(tokens[index].info));
rules.code_block = (tokens, index) => codeBlock(tokens[index].content, null);

function codeBlock(content, language) {
  const name = language ? ` class="language-${escapeHtml(language)}"` : "";
  return `<pre dir="ltr"><code${name}>${escapeHtml(content)}</code></pre>`;
}

function languageOf(info) {
  return /^[\w+#.-]{1,30}(?=\s|$)/.exec(info.trim())?.[0].toLowerCase();
}

// The browser finds out the direction of each outermost block.
const HAVE_DIRECTION = new Set([
  "paragraph_open", "heading_open", "bullet_list_open", "ordered_list_open", "blockquote_open", "table_open",
]);
parser.core.ruler.push("direction", ({ tokens }) => {
  for (const token of tokens) if (token.level === 0 && HAVE_DIRECTION.has(token.type)) token.attrSet("dir", "auto");
});

/**
 * @param {string} text
 * @param {object} env what links earlier blocks have defined; gets those of this one
 */
export const parse = (text, env) => parser.parse(text, env);

/** @returns {string} HTML that is not safe before sanitizer.js has seen it */
export const toHtml = (tokens, env) => parser.renderer.render(tokens, parser.options, env);
