// Lets through the few elements and attributes that Markdown needs, whatever else is in the
// HTML: the second of two locks, each sufficient alone.
import DOMPurify from "dompurify";

const TAGS = "p br hr h1 h2 h3 h4 h5 h6 strong em s sub sup a code pre blockquote ul ol li " +
  "table thead tbody tr th td div span";
const VALUES = {
  class: /^(image|sideways|task|math|math display|language-[\w+#.-]{1,30})$/,
  dir: /^(auto|ltr)$/,
  start: /^\d{1,9}$/,
  style: /^text-align: ?(left|right|center);?$/, // of cells
};
const ALLOWED = {
  ALLOWED_TAGS: TAGS.split(" "),
  ALLOWED_ATTR: ["href", ...Object.keys(VALUES)],
  ADD_URI_SAFE_ATTR: Object.keys(VALUES), // no addresses: the hook judges their values
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  ALLOWED_URI_REGEXP: /^(?:https?:\/\/|mailto:|tel:)/i,
  RETURN_DOM_FRAGMENT: true,
};

let purifier;

/**
 * @param {string} html
 * @returns {DocumentFragment} nothing in it runs, loads anything or names anything
 */
export function sanitize(html) {
  purifier ??= makePurifier();
  return purifier.sanitize(html, ALLOWED);
}

function makePurifier() {
  const made = DOMPurify(window);
  made.addHook("uponSanitizeAttribute", (node, attribute) => {
    const allowed = VALUES[attribute.attrName];
    if (allowed) attribute.keepAttr = allowed.test(attribute.attrValue);
  });
  made.addHook("afterSanitizeAttributes", (node) => {
    if (node.tagName !== "A" || !node.hasAttribute("href")) return;
    node.setAttribute("target", "_blank");
    node.setAttribute("rel", "noopener noreferrer");
  });
  return made;
}
