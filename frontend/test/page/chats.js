import "../page.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { chats } from "../../src/chats/chats_component.js";

const MENU = ["Rename", "Pin", "Delete"];
const chat = (uid, more) => ({ uid, title: `${uid}?`, called: `${uid}?`, about: "3 models · 18:22", running: false, ...more });
const group = (heading, ...listed) => ({ heading, sign: "", menu: MENU, chats: listed });

/** Mounts a list; `tell` is another run of the page's script. */
function shown(groups, opened = null) {
  const parentElement = document.body.appendChild(document.createElement("div"));
  const asked = [];
  const setTriggerValue = (name, what) => asked.push({ [name]: what });
  const tell = (told, open = null) => chats({ data: { groups: told, opened: open }, parentElement, setTriggerValue });
  const close = tell(groups, opened);
  const root = parentElement.firstElementChild;
  const titles = () => [...root.querySelectorAll(".title")].map((each) => each.textContent);
  const open = (uid) => root.querySelector(`[data-chat="${uid}"] .open`);
  return { root, asked, tell, close, titles, open };
}
window.HTMLElement.prototype.togglePopover ??= function toggle() {
  this.dispatchEvent(Object.assign(new window.Event("beforetoggle"), { newState: "open" }));
};
window.HTMLElement.prototype.hidePopover ??= () => {};

test("chats stand under their headings, letter by letter, the open one marked", () => {
  const { root, open, close } = shown([group("Pinned", chat("a", { title: "<b>*A*</b>" })), group("Today", chat("b"))], "b");
  const groups = [...root.querySelectorAll('[role="group"]')];
  assert.deepEqual(groups.map((each) => each.getAttribute("aria-label")), ["Pinned", "Today"]);
  assert.equal(open("a").textContent, "<b>*A*</b>3 models · 18:22");
  assert.equal(open("a").title, "<b>*A*</b>");
  assert.equal(root.querySelector("b"), null);
  assert.equal(root.querySelectorAll("[aria-current]").length, 1);
  assert.equal(open("b").getAttribute("aria-current"), "page");
  close();
});

test("a click opens a chat; its menu is named after it, and asks what is chosen", () => {
  const { root, asked, open, close } = shown([group("Today", chat("a", { called: "a? (2)" }))]);
  open("a").click();
  const menu = root.querySelector(".tool");
  assert.equal(menu.getAttribute("aria-label"), "Menu of “a? (2)”");
  menu.click();
  const entries = [...root.querySelectorAll('[role="menuitem"]')];
  assert.deepEqual(entries.map((each) => each.textContent), MENU);
  entries[1].click();
  assert.deepEqual(asked, [
    { asked: { do: "open", chat: "a" } }, { asked: { do: "menu", entry: "Pin", chat: "a" } },
  ]);
  close();
  assert.equal(root.isConnected, false);
});

test("what stays is not touched, and what moves keeps the focus", () => {
  const { tell, titles, open, close } = shown([group("Today", chat("a"), chat("b"), chat("c"))]);
  const kept = ["a", "b", "c"].map(open);
  open("c").focus();
  tell([group("Today", chat("c", { running: true }), chat("a"), chat("b"))]);
  assert.deepEqual(titles(), ["c?", "a?", "b?"]);
  assert.equal(document.activeElement, kept[2]);
  assert.match(open("c").textContent, /being answered/);
  tell([group("Pinned", chat("b")), group("Today", chat("c", { title: "C!" }))], "c");
  assert.deepEqual(titles(), ["b?", "C!"]);
  assert.deepEqual([open("b"), open("c")], [kept[1], kept[2]]);
  assert.equal(document.activeElement, kept[2]);
  assert.equal(kept[0].isConnected, false);
  close();
});
