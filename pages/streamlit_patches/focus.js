// The focus is never lost to the page itself: when what has it is taken away, switched off or
// hidden, it goes on to what comes next. On the chat that is the composer; elsewhere the way to
// undo what was done, what opened a dialog, or, for those who use the keyboard, what stands nearest.
(() => {
  if (window.keepsFocus) return; // loaded again with the page's elements
  window.keepsFocus = true;
  const COMPOSER = '[data-testid="stChatInput"] textarea';
  const OPENED = '[role="dialog"], [role="listbox"], [role="menu"]:not([popover])';
  const DIALOG = 'section[role="dialog"]';
  const UNDO = '[class*="st-key-"][class*="undo"] button';
  const DRAWN_BY_US = ".polyphony:not(.chats)"; // at once; the list of chats comes with the script
  const FOCUSABLE = "a[href], button, input, select, textarea, [tabindex='0']";
  const DRAWN = '[data-test-script-state="notRunning"]';

  let focused = null; // what has, or had, the focus
  let around = []; // what it stood in, from the inside
  let offered = []; // what could be undone then
  let openedFrom = []; // what the focus stood in when a dialog opened
  let byKeyboard = false;
  const inDialog = (nodes) => nodes.some((node) => node.matches(DIALOG));

  addEventListener("focusin", ({ target }) => {
    if (target.closest(DIALOG) && !inDialog(around)) openedFrom = around;
    focused = target;
    offered = [...document.querySelectorAll(UNDO)];
    around = [];
    for (let node = target; node && node !== document.body; node = node.parentElement) around.push(node);
  }, true);
  addEventListener("keydown", () => (byKeyboard = true), true);
  addEventListener("pointerdown", () => (byKeyboard = false), true);

  const isSeen = (node) => node.isConnected && node.checkVisibility() && !node.disabled;
  const within = (root) => [...root.querySelectorAll(FOCUSABLE)].find(isSeen);
  const composer = () => [...document.querySelectorAll(COMPOSER)].filter(isSeen).at(-1);
  const undo = () => [...document.querySelectorAll(UNDO)].find((each) => !offered.includes(each));

  /** What stands in its place: drawn anew under the same key, or the rest of its column. */
  const again = (around) => {
    const column = around.find((node) => node.matches(".polyphony .column") && isSeen(node));
    if (column || around.some((node) => node.matches(DRAWN_BY_US))) return column && within(column);
    const key = around.flatMap(({ classList }) => [...classList]).find((name) => name.startsWith("st-key-"));
    const drawn = key && document.querySelector(`.${CSS.escape(key)}`);
    return drawn && within(drawn);
  };
  const dialogOpener = () => inDialog(around) && (openedFrom.slice(0, 1).find(isSeen) ?? again(openedFrom));
  const nearest = () => {
    const stays = around.find((node) => isSeen(node) && within(node));
    return within(stays ?? document.querySelector('[data-testid="stMain"]') ?? document);
  };

  const look = () => {
    if (!focused || document.activeElement !== document.body) return;
    if (isSeen(focused)) return; // it was left by a click beside it
    const dialog = document.querySelector(DIALOG);
    if ([...document.querySelectorAll(OPENED)].some((each) => each !== dialog)) return;
    if (dialog) {
      if (byKeyboard && document.querySelector(DRAWN)) within(dialog)?.focus();
      return;
    }
    const input = composer();
    const touch = matchMedia("(pointer: coarse)").matches; // its keyboard hides the page
    if (focused.matches(COMPOSER) || (!byKeyboard && (input || touch))) {
      if (!touch) input?.focus({ preventScroll: true });
      return;
    }
    const inRun = around.some((node) => node.matches(DRAWN_BY_US));
    if (!inRun && !document.querySelector(DRAWN)) return; // more may come
    const next = undo() ?? again(around) ?? input ?? (dialogOpener() || (byKeyboard && nearest()));
    if (next) next.focus({ preventScroll: Boolean(input) || !byKeyboard });
  };
  // A popover stands at the end of the page, where no dialog lets the keyboard go. It has the focus
  // while it is open, if the keyboard opened it, and gives it back to what opened it.
  const POPOVER = '[data-testid="stPopoverBody"]';
  let popover = null;
  let opener = null;

  const lookForPopover = () => {
    if (popover && !popover.isConnected) {
      popover = null;
      const left = document.activeElement;
      if (byKeyboard && (left === document.body || left === opener) && isSeen(opener)) opener.focus();
    }
    const opened = document.querySelector(POPOVER);
    if (!opened || popover) return;
    const first = byKeyboard && within(opened);
    if (byKeyboard && !first) return; // more may come
    popover = opened;
    opener = document.activeElement;
    if (first) first.focus();
  };
  addEventListener("keydown", (event) => {
    const inside = document.activeElement?.closest(POPOVER);
    if (event.key !== "Tab" || !inside) return;
    const stops = [...inside.querySelectorAll(FOCUSABLE)].filter(isSeen);
    const [end, begin] = event.shiftKey ? [stops[0], stops.at(-1)] : [stops.at(-1), stops[0]];
    if (document.activeElement !== end) return;
    event.preventDefault();
    begin.focus();
  }, true);

  // A dialog hears Escape only while the focus is in it.
  const CLOSE = `${DIALOG} > button[aria-label]`;
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || document.activeElement !== document.body) return;
    const close = [...document.querySelectorAll(CLOSE)].at(-1);
    if (!close) return;
    event.preventDefault(); // or it would stop the run, too
    event.stopPropagation();
    close.click();
  }, true);
  new MutationObserver(() => {
    lookForPopover();
    look();
  }).observe(document.body, {
    childList: true, subtree: true, attributeFilter: ["data-test-script-state", "disabled", "hidden"],
  });
})();
