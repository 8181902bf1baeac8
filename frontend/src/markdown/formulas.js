// Draws a formula by KaTeX, within limits; one that cannot be drawn stays as its source.
import katex from "katex";
import { loadStyle } from "../style_sheets.js";

const LIMITS = { maxExpand: 200, maxSize: 20, trust: false, strict: "ignore", throwOnError: false };

await loadStyle(KATEX_STYLE_FILE);

/** @param {Element} element its text is LaTeX */
export function apply(element) {
  const source = element.textContent;
  try {
    katex.render(source, element, { ...LIMITS, displayMode: element.classList.contains("display") });
  } catch {
    element.textContent = source;
  }
}
