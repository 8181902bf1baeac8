// The component of finished texts: Markdown, typed, marked by its sources, or compared.
import { GrowingText } from "../markdown/index.js";
import { copyTools } from "./copy_tools.js";
import { drawDifference } from "./difference.js";
import { drawMarked } from "./marked.js";
import { drawCode, drawTyped } from "./typed.js";

const DRAW = {
  markdown: (box, text, under) => {
    const growing = new GrowingText(box, { under });
    growing.add(text);
    growing.draw(true);
  },
  typed: drawTyped,
  code: drawCode,
  sentences: drawMarked,
  difference: drawDifference,
};

const mounted = new WeakMap();

/**
 * @param {object} component
 * @param {object} component.data what to draw, by the name of how: `{markdown: "# Title"}`;
 *   `under`: the level of the heading above it; `copy`, where it can be copied: what `copyTools`
 *   takes, and `hidden` if nothing else is shown
 * @param {HTMLElement} component.parentElement
 */
export function text({ data, parentElement }) {
  const view = mounted.get(parentElement) ?? mount(parentElement);
  const wanted = JSON.stringify(data);
  if (view.drawn !== wanted) {
    view.drawn = wanted;
    const { under, copy, ...text } = data;
    const [[how, what]] = Object.entries(text);
    view.box.hidden = Boolean(copy?.hidden);
    if (!view.box.hidden) DRAW[how](view.box, what, under);
    view.tools?.remove();
    view.tools = copy && copyTools(how, what, copy);
    if (view.tools) view.box.before(view.tools);
    view.box.parentElement.classList.toggle("copied", Boolean(copy));
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
  const view = { box, drawn: null, tools: null };
  mounted.set(parent, view);
  return view;
}
