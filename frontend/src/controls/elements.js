// Makes elements: a tag with a class and what stands inside, buttons with a name, icons.

/**
 * An element.
 * @param {string} tag
 * @param {string} [className]
 * @param {...(Node|string|null|undefined|false)} inside  What is empty is left out.
 * @returns {HTMLElement}
 */
export function make(tag, className = "", ...inside) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  node.append(...inside.filter((each) => each || each === 0));
  return node;
}

/** A sign of Streamlit's icon font; nobody reads it aloud. */
export function icon(name) {
  const sign = make("span", "icon", name);
  sign.setAttribute("aria-hidden", "true");
  sign.translate = false;
  return sign;
}

/**
 * A button.
 * @param {object} how
 * @param {string} how.name  What it does to what; read aloud, and shown when pointed at.
 * @param {string} [how.sign]  Its icon.
 * @param {string} [how.label]  Its visible words; none if it is an icon alone.
 * @param {string} [how.className]
 * @param {(event: MouseEvent) => void} how.press
 * @returns {HTMLButtonElement}
 */
export function button({ name, sign, label, className = label ? "labelled" : "tool", press }) {
  const node = make("button", className, sign && icon(sign), label && make("span", "", label));
  node.type = "button";
  rename(node, name, label);
  node.addEventListener("click", press);
  return node;
}

/** Gives a button another name; visible words that say the same are enough. */
export function rename(node, name, label) {
  if (name === label) node.removeAttribute("aria-label");
  else node.setAttribute("aria-label", name);
  if (!label) node.title = name;
}

/**
 * Puts elements into a parent in their order, and takes away what else is in it. What stands
 * right is not touched: what is moved loses its focus.
 * @param {HTMLElement} parent
 * @param {HTMLElement[]} nodes
 */
export function arrange(parent, nodes) {
  const stay = new Set(nodes);
  for (const node of [...parent.children]) if (!stay.has(node)) node.remove();
  let place = parent.firstElementChild;
  for (const node of nodes) {
    if (node === place) place = place.nextElementSibling;
    else parent.insertBefore(node, place);
  }
}

/** Replaces an element's text if it is another one; says whether it was. */
export function setText(node, text) {
  if (node.textContent === text) return false;
  node.textContent = text;
  return true;
}

let made = 0;
/** An id that no other element of the page has. */
export const freshId = (what) => `polyphony-${what}-${++made}`;
