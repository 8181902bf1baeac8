// Draws formulas and colours code, by libraries that are loaded when they are first needed;
// many of them are drawn over several frames.
import { loadStyle } from "../style_sheets.js";

const SLICE_MS = 12;
const LIBRARIES = {
  formulas: { load: async () => (await Promise.all([import("./formulas.js"), loadStyle(KATEX_STYLE_FILE)]))[0] },
  colours: { load: () => import("./colours.js") },
};

/**
 * @param {Element[]} elements sanitized
 * @param {boolean} finished whether no more text comes: only then is code coloured
 */
export function enrich(elements, finished) {
  const begun = performance.now();
  draw(LIBRARIES.formulas, find(elements, ".math"), begun);
  if (finished) draw(LIBRARIES.colours, find(elements, "pre > code[class]"), begun);
}

/** @returns {Element[]} those of `elements`, and in them, that match */
export function find(elements, selector) {
  return elements.flatMap((element) =>
    element.matches(selector) ? [element] : [...element.querySelectorAll(selector)]);
}

async function draw(library, elements, begun) {
  if (!elements.length) return;
  library.loaded ??= await library.load();
  let slice = begun;
  for (const element of elements) {
    if (performance.now() - slice > SLICE_MS) {
      await nextFrame();
      slice = performance.now();
    }
    if (element.isConnected) library.loaded.apply(element);
  }
}

const nextFrame = () => new Promise((resolve) => setTimeout(resolve, 16));
