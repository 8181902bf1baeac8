// Says what went wrong, why, and what to do next; folds what only some want to read.
import { GrowingText } from "../markdown/index.js";
import { icon, make } from "../controls/elements.js";
import { drawDifference } from "../texts/difference.js";

/**
 * An error: its words, its advice, and the next steps as buttons. Ours are strong; what a server
 * says of itself comes behind a colon, and may be long.
 * @param {{text: string, advice?: string, reasons?: string[]}} error
 * @param {HTMLElement[]} [steps]
 */
export function problem({ text, advice, reasons = [] }, steps = []) {
  const [, ours, theirs] = text.match(/^(.*?:) (.*)$/s) ?? [text, text, ""];
  return make(
    "div", "problem", make("p", "", make("b", "", ours), theirs && ` ${theirs}`),
    reasons.length > 0 && make("ul", "", ...reasons.map((reason) => make("li", "", reason))),
    advice && make("p", "", advice),
    steps.length > 0 && make("div", "steps", ...steps),
  );
}

const SIGNS = {
  info: "info", warning: "warning", new: "update", unfinished: "pending", late: "schedule", alone: "person",
  skipped: "skip_next", "left-out": "person",
};

/**
 * What to know about a run, with next steps.
 * @param {{kind: string, text: string}} what
 * @param {...HTMLElement} steps
 */
export function note({ kind, text }, ...steps) {
  const said = make("p", "", text);
  return make("div", `note ${kind}`, icon(SIGNS[kind] ?? "info"), said, ...steps);
}

/** A text that is drawn when it is unfolded. */
export function folded(label, source, className = "") {
  return foldedAway(label, className, (inside) => {
    const text = new GrowingText(inside, { under: 4 });
    text.add(source);
    text.draw(true);
  });
}

/** A text with the words marked that another one has not, drawn when it is unfolded. */
export const foldedDifference = (label, parts) =>
  foldedAway(label, "changes", (inside) => drawDifference(inside, parts, 4));

function foldedAway(label, className, draw) {
  const inside = make("div", "text");
  const node = make("details", `folded ${className}`, make("summary", "", label), inside);
  node.addEventListener("toggle", () => {
    if (node.open && !inside.childNodes.length) draw(inside);
  });
  return node;
}

/** What a model thought before it answered. */
export const reasoning = (name, source) => folded(`Reasoning of ${name}`, source, "reasoning");

/**
 * Calls of tools, as a model wrote them: whoever offered the tools makes them.
 * @param {string[]} calls
 */
export function toolCalls(calls) {
  const says = calls.length === 1 ? "Calls a tool" : `Calls ${calls.length} tools`;
  return make("div", "tool-calls", make("p", "faint", says), ...calls.map((call) => make("pre", "", call)));
}

/** What earlier attempts had written. */
export const earlierTexts = (earlier = []) => earlier.map(({ label, text }) => folded(label, text));
