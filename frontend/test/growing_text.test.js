import "./dom.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { GrowingText } from "../src/markdown/index.js";

const boxed = () => {
  const box = document.createElement("div");
  return { box, text: new GrowingText(box) };
};

test("a text becomes what its Markdown says", () => {
  const { box, text } = boxed();
  text.add("# Sky\n\nIt is **blue**.");
  text.draw(true);
  assert.equal(box.innerHTML, '<h1 dir="auto">Sky</h1>\n<p dir="auto">It is <strong>blue</strong>.</p>\n');
});

test("what is unfinished looks finished", () => {
  const { box, text } = boxed();
  text.add("It is **bl");
  text.draw(false);
  assert.equal(box.innerHTML, '<p dir="auto">It is <strong>bl</strong></p>\n');
});
