// Blind votes are taken one after the other, each for a pair that could be read. Streamlit takes
// what is pressed within one round trip together: two votes would fall on one pair. And a key that
// is pressed before the next pair is there would vote on it unseen. So whatever is pressed counts
// only once the pair has stood there for a moment; what comes sooner counts for nothing. Undo and
// redo need not be waited for; one that is pressed while a vote is on its way comes after it.
(() => {
  if (window.takesVotesInTurn) return; // loaded again with the page's elements
  window.takesVotesInTurn = true;
  const MOMENT_MS = 500;
  const ROW = ".st-key-ballot";
  const KEYS = { 1: "first", 2: "second", t: "tie", b: "both_bad", s: "skipped" };
  const DRAWN = '[data-test-script-state="notRunning"]';
  const TYPED_IN = "input, textarea, select, [contenteditable]";

  let pressedAt = null; // the step at which a button was pressed, until the next pair can be read
  let timer;
  let waiting = null; // the key of an undo or redo that was pressed meanwhile
  const { dataset } = document.documentElement; // says so: `data-ballot="waits"`

  const keyOf = (node, begins) =>
    [...(node?.classList ?? [])].find((name) => name.startsWith(`st-key-${begins}`));
  const step = () => keyOf(document.querySelector('[class*="st-key-ballot-step-"]'), "ballot-step-");
  const buttonOf = (key) => document.querySelector(`${ROW} .${key} button`);

  const takeVotes = () => {
    pressedAt = null;
    timer = undefined;
    delete dataset.ballot;
  };
  const look = () => {
    // While a script draws, the row may be gone for a moment.
    if (pressedAt === null || timer || !document.querySelector(DRAWN)) return;
    if (!document.querySelector(ROW)) {
      waiting = null;
      takeVotes(); // another view was opened
    } else if (step() !== pressedAt) {
      timer = setTimeout(takeVotes, MOMENT_MS);
      const button = waiting && buttonOf(waiting);
      waiting = null;
      button?.click();
    }
  };

  addEventListener("click", (event) => {
    const button = event.target.closest?.(`${ROW} button`);
    const key = button && keyOf(button.closest('[class*="st-key-"]'), "");
    if (!key) return;
    const votes = key.startsWith("st-key-ballot-");
    if (pressedAt === null || (timer && !votes)) {
      clearTimeout(timer);
      timer = undefined;
      pressedAt = step();
      dataset.ballot = "waits";
      return;
    }
    event.stopImmediatePropagation();
    event.preventDefault();
    if (!votes) waiting = key;
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
