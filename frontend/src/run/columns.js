// Lays the proposals of a layer out in one row that scrolls sideways, with their names on top.
import { button, make } from "../controls/elements.js";

export const COLUMN_MIN_PX = 352; // 50 to 55 characters a line
export const GAP_PX = 16;
const PEEK_PX = 36; // of the next column, so that one sees that there is more

/**
 * How a row is divided: as many columns as are wide enough, and the edge of the next one.
 * @param {number} width  Of the row, in pixels.
 * @param {number} count  Its columns.
 * @returns {{fit: number, column: number}}  Columns in sight, and the width of each.
 */
export function divide(width, count) {
  const fit = Math.max(1, Math.floor((width + GAP_PX) / (COLUMN_MIN_PX + GAP_PX)));
  if (count <= fit) return { fit: count, column: Math.floor((width - (count - 1) * GAP_PX) / count) };
  const spare = width - fit * (COLUMN_MIN_PX + GAP_PX);
  const peek = fit === 1 ? PEEK_PX : Math.max(0, Math.min(PEEK_PX, spare));
  const gaps = peek ? fit * GAP_PX : (fit - 1) * GAP_PX;
  return { fit, column: Math.floor((width - gaps - peek) / fit) };
}

/** The row of one layer, and the strip of names above it. */
export class Columns {
  /** @param {string} layer  What the layer is called. */
  constructor(layer) {
    this.row = make("div", "columns");
    this.names = make("div", "names");
    this.names.setAttribute("role", "group");
    this.names.setAttribute("aria-label", `Proposals of ${layer}`);
    this.node = make("div", "row", this.names, this.row);
    this.node.dataset.way = "row";
    this.items = [];
    this.onChoose = (index) => this.show(index);
    this.row.addEventListener("scroll", () => this.markNames(), { passive: true });
    this.observer = new ResizeObserver(() => this.fit());
    this.observer.observe(this.row);
  }

  /** @param {HTMLElement} node @param {{name: string, about: string}} who */
  add(node, { name, about }) {
    const index = this.items.length;
    const press = () => this.onChoose(index);
    const tab = button({ name: `Go to ${about}`, label: name, className: "name-tab", press });
    this.items.push({ node, tab });
    this.row.append(node);
    this.names.append(tab);
  }

  get shown() {
    return this.items.filter(({ node }) => !node.hidden);
  }

  /** Divides the row anew; its names are shown where not all of it is in sight. */
  fit() {
    const width = this.row.clientWidth;
    if (!width) return;
    const { fit, column } = divide(width, this.shown.length);
    this.row.style.setProperty("--column", `${column}px`);
    this.node.classList.toggle("more", fit < this.items.length);
    this.markNames();
  }

  /** Scrolls sideways until a column is in sight; the page stays. */
  show(index, behavior = "smooth") {
    this.row.scrollTo({ left: this.left(this.items[index].node), behavior });
  }

  /** One column further, or back. */
  step(by) {
    const first = this.items.findIndex(({ node }) => this.left(node) >= this.row.scrollLeft - 8);
    this.show(Math.max(0, Math.min(this.items.length - 1, first + by)));
  }

  left(node) {
    return node.offsetLeft - this.items[0].node.offsetLeft;
  }

  markNames() {
    const from = this.row.scrollLeft - 8;
    const to = from + this.row.clientWidth + 16;
    for (const { node, tab } of this.items) {
      const left = this.left(node);
      const inSight = !node.hidden && left >= from && left + node.offsetWidth <= to;
      tab.classList.toggle("in-sight", inSight);
      if (inSight) tab.setAttribute("aria-current", "true");
      else tab.removeAttribute("aria-current");
    }
  }

  close() {
    this.observer.disconnect();
  }
}
