// Puts the headings of a text below the one that the text stands under, and skips no level.

/**
 * Says it to screen readers alone: a heading looks as large as its author made it.
 * @param {Element} box  All of the text.
 * @param {number} under  The level of the heading above the text.
 */
export function levelHeadings(box, under) {
  const above = [];
  for (const heading of box.querySelectorAll("h1, h2, h3, h4, h5, h6")) {
    const size = Number(heading.tagName[1]);
    while (above.at(-1) >= size) above.pop();
    above.push(size);
    heading.setAttribute("aria-level", under + above.length);
  }
}
