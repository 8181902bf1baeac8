// Copies text in one click.
import { announce } from "./controls/status.js";

const DONE_MS = 1500;

/**
 * @param {string} text
 * @returns {Promise<boolean>} whether it is in the clipboard
 */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copySelected(text); // no permission, or a page without https
  }
}

/**
 * @param {string} label its accessible name: what it copies
 * @param {() => string} text
 * @returns {HTMLButtonElement} shows a tick for a moment when it has copied
 */
export function copyButton(label, text) {
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "tool copy", title: label });
  button.setAttribute("aria-label", label);
  button.addEventListener("click", async () => {
    if (!(await copyText(text()))) return;
    button.classList.add("done");
    announce("Copied");
    setTimeout(() => button.classList.remove("done"), DONE_MS);
  });
  return button;
}

function copySelected(text) {
  const area = document.createElement("textarea");
  area.value = text;
  area.style.position = "fixed";
  area.style.opacity = "0";
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  return done;
}
