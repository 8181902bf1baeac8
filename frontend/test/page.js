// A document with what jsdom lacks of a browser: import it before what draws a run.
import "./dom.js";

class Observer {
  observe() {}
  unobserve() {}
  disconnect() {}
}
const { window } = globalThis;
Object.assign(globalThis, {
  ResizeObserver: Observer,
  IntersectionObserver: Observer,
  HTMLElement: window.HTMLElement,
  CSS: { escape: (text) => text },
  matchMedia: () => ({ matches: true }),
  getComputedStyle: window.getComputedStyle.bind(window),
  requestAnimationFrame: (draw) => setTimeout(draw, 0),
  cancelAnimationFrame: clearTimeout,
  innerHeight: 900,
  innerWidth: 1440,
});
for (const name of ["scrollTo", "scrollBy"]) window.Element.prototype[name] = () => {};
