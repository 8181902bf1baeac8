// Blind votes are taken one after the other. Streamlit takes what is pressed within one round
// trip together: two votes would fall on one pair, and the same key twice would count once. What
// is pressed before the next pair is there waits for it, so that each key counts once, for one pair.
(() => {
  if (window.takesVotesInTurn) return; // loaded again with the page's elements
  window.takesVotesInTurn = true;
  const ROW = ".st-key-ballot";
  const KEYS = { 1: "first", 2: "second", t: "tie", b: "both_bad", s: "skipped" };
  const DRAWN = '[data-test-script-state="notRunning"]';
  const TYPED_IN = "input, textarea, select, [contenteditable]";

  let pressedAt = null; // the step at which a button was pressed, until the server has taken it
  let waiting = []; // keys of the buttons that were pressed meanwhile

  const keyOf = (node, begins) =>
    [...(node?.classList ?? [])].find((name) => name.startsWith(`st-key-${begins}`));
  const step = () => keyOf(document.querySelector('[class*="st-key-ballot-step-"]'), "ballot-step-");
  const buttonOf = (key) => document.querySelector(`${ROW} .${key} button`);

  const look = () => {
    // While a script draws, the row may be gone for a moment.
    if (pressedAt === null || !document.querySelector(DRAWN)) return;
    if (!document.querySelector(ROW)) {
      pressedAt = null; // another view was opened
      waiting = [];
      return;
    }
    if (step() === pressedAt) return;
    pressedAt = null;
    const next = waiting.shift();
    const button = next && buttonOf(next);
    if (button) button.click();
    else waiting = []; // there is no other pair
  };

  addEventListener("click", (event) => {
    const button = event.target.closest?.(`${ROW} button`);
    const key = button && keyOf(button.closest('[class*="st-key-"]'), "");
    if (!key) return;
    if (pressedAt === null) {
      pressedAt = step();
      return;
    }
    event.stopImmediatePropagation();
    event.preventDefault();
    waiting.push(key);
  }, true);

  addEventListener("keydown", (event) => {
    const name = KEYS[event.key.toLowerCase()];
    const button = name && buttonOf(`st-key-ballot-${name}`);
    if (!button || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest?.(TYPED_IN)) return;
    event.stopImmediatePropagation();
    event.preventDefault();
    if (!event.repeat) button.click(); // a key that is held down is pressed once
  }, true);

  new MutationObserver(look).observe(document.body, {
    childList: true, subtree: true, attributeFilter: ["class", "data-test-script-state"],
  });
})();
