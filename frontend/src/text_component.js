// A finished text, as Streamlit mounts it.
import { GrowingText } from "./markdown/index.js";

const mounted = new WeakMap();

/** @param {{data: {text: string}, parentElement: HTMLElement}} component */
export function text({ data, parentElement }) {
  const view = mounted.get(parentElement) ?? mount(parentElement);
  if (view.source !== data.text) {
    view.source = data.text;
    view.text.clear();
    view.text.add(data.text);
    view.text.draw(true);
  }
  return () => {
    view.root.remove();
    mounted.delete(parentElement);
  };
}

function mount(parent) {
  const root = parent.appendChild(document.createElement("div"));
  const box = root.appendChild(document.createElement("div"));
  root.className = "polyphony";
  box.className = "text";
  const view = { root, text: new GrowingText(box) };
  mounted.set(parent, view);
  return view;
}
