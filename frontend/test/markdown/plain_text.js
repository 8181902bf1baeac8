// What is left of Markdown as plain text, and how it is quoted.
import "../dom.js";
import { quoted } from "../../src/controls/copy.js";
import { plainText } from "../../src/markdown/plain_text.js";
import assert from "node:assert/strict";
import { test } from "node:test";

const PLAIN = {
  "# Sky\n\nIt is **blue**,\nand `wide`.": "Sky\n\nIt is blue, and wide.",
  "one<br>two": "one\ntwo",
  "- a\n- b\n  - c\n\nd": "- a\n- b\n  - c\n\nd",
  "9. a\n10. b": "9. a\n10. b",
  "- [x] done": "- ☑ done",
  "```py\nif a:\n    b\n```": "if a:\n    b",
  "> so\n> said": "> so said",
  "| a | b |\n|---|---|\n| 1 | **2** |": "a\tb\n1\t2",
  "[a](https://a.example) https://b.example": "a (https://a.example) https://b.example",
  "where \\(a^2\\) is": "where a^2 is",
  "<b>HTML</b> stays": "<b>HTML</b> stays",
  "": "",
};
for (const [text, plain] of Object.entries(PLAIN)) {
  test(`as plain text: ${JSON.stringify(text)}`, () => assert.equal(plainText(text), plain));
}
test("a quote names who wrote it", () => {
  assert.equal(quoted("a\n\nb\n", "ada"), "> a\n>\n> b\n>\n> — ada");
  assert.equal(quoted("a"), "> a");
});
