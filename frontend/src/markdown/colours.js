// Colours code by highlight.js, in the languages that it counts as common.
import hljs from "highlight.js/lib/common";

const LONGEST_CHARS = 30_000;

/** @param {Element} element code, with its language as class */
export function apply(element) {
  const language = /language-(\S+)/.exec(element.className)?.[1];
  const code = element.textContent;
  if (!hljs.getLanguage(language) || code.length > LONGEST_CHARS) return;
  element.innerHTML = hljs.highlight(code, { language, ignoreIllegals: true }).value;
}
