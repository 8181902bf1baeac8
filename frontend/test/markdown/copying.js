// Texts that can be copied: what lies in the clipboard, and what the button says meanwhile.
import "../dom.js";
import { text } from "../../src/texts/text_component.js";
import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.requestAnimationFrame = window.requestAnimationFrame; // what is said waits for one

function drawn(data) {
  const parentElement = document.body.appendChild(document.createElement("div"));
  text({ data, parentElement });
  return parentElement;
}

const COPIED = {
  "what was typed": [{ typed: " a **b**\n" }, " a **b**\n"],
  "a prompt": [{ code: "a" }, "a"],
  Markdown: [{ markdown: "a **b**" }, "a **b**"],
  "sentences without their marks": [{ sentences: [["a. ", [["A", 1]]], ["b.", []]] }, "a. b."],
  "a compared text without what only the other has": [{ difference: [["kept", "a "], ["removed", "b "], ["added", "c"]] }, "a c"],
};
for (const [name, [data, words]] of Object.entries(COPIED)) {
  test(`one click copies ${name}`, async () => {
    let clipboard;
    Object.defineProperty(globalThis, "navigator", {
      value: { clipboard: { writeText: async (copied) => (clipboard = copied) } }, configurable: true,
    });
    const place = drawn({ ...data, copy: { about: "the text" } });
    const button = place.querySelector("button");
    assert.equal(button.getAttribute("aria-label"), "Copy the text");
    button.click();
    await new Promise((resolve) => setTimeout(resolve));
    assert.equal(clipboard, words);
    assert.equal(button.getAttribute("aria-label"), "Copied");
    assert.equal(button.textContent, "check");
    place.remove();
  });
}
test("a text that cannot be copied has no button", () => {
  assert.equal(drawn({ typed: "a" }).querySelector("button"), null);
});
test("what is only copied is not shown", () => {
  const place = drawn({ code: "a", copy: { about: "the chat", label: "Copy it", hidden: true } });
  assert.equal(place.textContent.replace("content_copy", ""), "Copy it");
});
