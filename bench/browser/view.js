// Watches a page while a run is drawn: its frames, long tasks and jumps, and when texts
// stand on it. Looks by itself in each frame, so that nothing is asked of it meanwhile.
window.watch = (() => {
  const seen = { frames: [], tasks: [], shift: 0, textMs: 0 };
  let began = 0;
  let looksFor = [];

  const said = () => document.querySelector('[data-testid="stApp"]')?.textContent ?? "";
  const looks = now => {
    if (!began) return;
    seen.frames.push(now);
    if (!seen.textMs && looksFor.some(text => said().includes(text))) {
      seen.textMs = performance.now() - began;
    }
    requestAnimationFrame(looks);
  };
  new PerformanceObserver(list => {
    if (began) seen.tasks.push(...list.getEntries().map(task => task.duration));
  }).observe({ type: "longtask" });
  new PerformanceObserver(list => {
    if (!began) return;
    for (const jump of list.getEntries()) {
      if (!jump.hadRecentInput) seen.shift += jump.value;
    }
  }).observe({ type: "layout-shift" });

  return {
    /** Begin at the next Enter; `texts` are the beginnings that are waited for. */
    begin(texts) {
      looksFor = texts;
      Object.assign(seen, { frames: [], tasks: [], shift: 0, textMs: 0 });
      document.addEventListener("keydown", () => {
        began = performance.now();
        requestAnimationFrame(looks);
      }, { capture: true, once: true });
    },
    end() {
      began = 0;
      return seen;
    },
    /** Milliseconds from a click until the page says `word` once more. */
    clicked(button, word) {
      const count = () => said().split(word).length;
      return new Promise(resolve => {
        const [before, clicked] = [count(), performance.now()];
        const look = () => {
          if (count() > before) resolve(performance.now() - clicked);
          else requestAnimationFrame(look);
        };
        button.click();
        look();
      });
    },
  };
})();
