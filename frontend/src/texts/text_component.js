// The component of finished texts: Markdown, typed, marked by its sources, or compared.
import { GrowingText } from "../markdown/index.js";
import { drawDifference } from "./difference.js";
import { drawMarked } from "./marked.js";
import { drawTyped } from "./typed.js";

const DRAW = {
  markdown: (box, text, under) => {
    const growing = new GrowingText(box, { under });
    growing.add(text);
    growing.draw(true);
  },
  typed: drawTyped,
  sentences: drawMarked,
  difference: drawDifference,
};

const mounted = new WeakMap();

/**
 * @param {object} component
 * @param {object} component.data what to draw, by the name of how: `{markdown: "# Title"}`;
 *   `under`: the level of the heading above it
 * @param {HTMLElement} component.parentElement
 */
export function text({ data, parentElement }) {
  const view = mounted.get(parentElement) ?? mount(parentElement);
  const wanted = JSON.stringify(data);
  if (view.drawn !== wanted) {
    view.drawn = wanted;
    const { under, ...text } = data;
    const [[how, what]] = Object.entries(text);
    DRAW[how](view.box, what, under);
  }
  return () => {
    view.box.parentElement.remove();
    mounted.delete(parentElement);
  };
}

function mount(parent) {
  const root = parent.appendChild(document.createElement("div"));
  const box = root.appendChild(document.createElement("div"));
  root.className = "polyphony";
  box.className = "text";
  const view = { box, drawn: null };
  mounted.set(parent, view);
  return view;
}
