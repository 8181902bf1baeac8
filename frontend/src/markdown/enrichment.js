// Draws formulas and colours code, by libraries that are loaded when they are first needed.
const loaded = {};

/**
 * @param {Node[]} nodes sanitized
 * @param {boolean} finished whether no more text comes: only then is code coloured
 */
export function enrich(nodes, finished) {
  const elements = nodes.filter((node) => node.nodeType === Node.ELEMENT_NODE);
  const all = (selector) => elements.flatMap((element) =>
    [...(element.matches(selector) ? [element] : []), ...element.querySelectorAll(selector)]);
  apply("formulas", all(".math"));
  if (finished) apply("colours", all("pre > code[class]"));
}

const LIBRARIES = {
  formulas: () => import("./formulas.js"),
  colours: () => import("./colours.js"),
};

async function apply(name, elements) {
  if (!elements.length) return;
  const library = loaded[name] ?? (loaded[name] = await LIBRARIES[name]());
  for (const element of elements) library.apply(element);
}
