// Streamlit's chat input keeps its draft to itself, and takes no focus by itself. Each chat
// keeps its own draft in the tab's session storage, over reloads and changes of the page;
// the input has the focus when it comes (and gets it back: focus.js).
(() => {
  if (window.keepsDrafts) return; // loaded again with the page's elements
  window.keepsDrafts = true;
  const INPUT = '[data-testid="stChatInput"] textarea';
  const SEND = '[data-testid="stChatInputSubmitButton"]';
  const OPENED = ':popover-open, [role="dialog"], [role="listbox"], [role="menu"]:not([popover])';
  const LONG_CHARS = 150_000; // from here on it is said how many there may be
  const { set: setValue } = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value");

  const chat = () => new URLSearchParams(location.search).get("c") ?? "new";
  const key = (of) => `draft of ${of}`;
  let shown = null; // the input that stands on the page
  let of = chat(); // the chat whose draft it holds
  let draft = ""; // what it held when it was last looked at
  let sent = false; // since then a question was sent: a new chat gets its name

  const keep = (text) => {
    draft = text;
    document.body.classList.toggle("long-draft", text.length > LONG_CHARS);
    if (text) sessionStorage.setItem(key(of), text);
    else sessionStorage.removeItem(key(of));
  };
  const write = (input, text) => {
    setValue.call(input, text); // past React, which then hears of it
    input.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const focus = (input) => {
    const touch = matchMedia("(pointer: coarse)").matches; // its keyboard hides the page
    if (!touch && !document.querySelector(OPENED)) input.focus({ preventScroll: true });
  };

  const arrive = (input, anew) => {
    const typed = input.value, stored = sessionStorage.getItem(key(of)) ?? "";
    if (anew && typed && stored && typed !== stored) write(input, `${typed}\n\n${stored}`);
    else if (!anew || !typed) if (typed !== stored) write(input, stored);
    keep(input.value);
    focus(input);
  };

  const FIELD = '[role="dialog"] [data-testid="stTextInput"] input';
  const look = () => {
    const open = document.activeElement; // a dialog that holds a field gives it the focus
    if (open.role === "dialog") document.querySelector(FIELD)?.focus();
    const inputs = document.querySelectorAll(INPUT); // an old one may still fade
    const input = inputs[inputs.length - 1];
    if (!input) return;
    if (input !== shown) {
      shown = input;
      of = chat();
      arrive(input, true);
    } else if (of !== chat()) {
      const named = of === "new" && sent;
      of = chat();
      if (named) keep(input.value);
      else arrive(input, false);
      sent = false;
    } else if (input.value !== draft) keep(input.value);
  };

  addEventListener("input", ({ target }) => target === shown && keep(target.value), true);
  const leave = () => {
    if (!shown?.value.trim()) return;
    sent = true;
    sessionStorage.removeItem(key(of));
    draft = "";
  };
  addEventListener("keydown", (event) => {
    const plain = !(event.shiftKey || event.ctrlKey || event.metaKey || event.isComposing);
    if (event.target === shown && event.key === "Enter" && plain) leave();
  }, true);
  addEventListener("click", ({ target }) => target.closest?.(SEND) && leave(), true);
  new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
  look();
})();
