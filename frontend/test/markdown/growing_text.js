import { boxed, cutAtRandom, drawn, htmlOf, random, whole } from "../dom.js";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const PIECES = [
  "word ", "\n", "\n\n", "  ", "    code\n", "# title\n", "- item\n", "1. item\n", "3", "12. ", ". ", "```py\n", "```\n",
  "```", "~~~\n", "$$\n", "$$", "$x^2$", "\\[\n", "\\]\n", "\\(y\\)", "$5 ", "| a | b |\n|---|:-:|\n", "| c | d |\n", "|",
  "<br>", "<sub>2</sub>", "[a][b] ", "[b]: /u\n", "[b]: http://u.example\n", "\"title\"\n", "> quote\n", "---\n", "===\n",
  "*em* ", "**", "_", "~~", "`", "![p](http://q.example) ", "https://r.example/s ", "\r\n", "\r", "\\", "&amp;", "- [ ] ",
  "**「重要」**です", "مرحبا ", "a long sentence that says what kind of line it is ",
];

function randomText(next) {
  const count = 1 + Math.floor(next() * 40);
  return Array.from({ length: count }, () => PIECES[Math.floor(next() * PIECES.length)]).join("");
}

test("however a text is cut, it ends as it would be drawn at once", () => {
  const seeds = Number(process.env.FUZZ_SEEDS ?? 25);
  for (let seed = 1; seed <= seeds; seed++) {
    const next = random(seed);
    const text = randomText(next);
    const pieces = cutAtRandom(text, next);
    assert.equal(htmlOf(drawn(...pieces)), htmlOf(whole(text)), `seed ${seed}: ${JSON.stringify(text)}`);
  }
});

test("an ordinary answer does too", () => {
  const text = readFileSync(new URL("../answer.md", import.meta.url), "utf8");
  for (const seed of [1, 2, 3]) {
    assert.equal(htmlOf(drawn(...cutAtRandom(text, random(seed)))), htmlOf(whole(text)), `seed ${seed}`);
  }
});

test("a finished block is never touched again", () => {
  const { box, text } = boxed();
  text.add("First.\n\nSecond paragraph that is long");
  text.draw(false);
  const [first] = box.children;
  for (const piece of [" enough.\n\n```js\nlet x", " = 1;\nlet y", "= 2;\n```\n\nThe ", "end"]) {
    text.add(piece);
    text.nextDraw = 0;
    text.draw(false);
    assert.equal(box.children[0], first);
  }
  text.draw(true);
  assert.equal(box.children[0], first);
  assert.equal(box.querySelector("code").textContent, "let x = 1;\nlet y= 2;\n");
});

test("an open code block grows without being parsed", () => {
  const { box, text } = boxed();
  text.add("```js\nlet x = 1;\n");
  text.draw(false);
  const code = box.querySelector("code");
  text.add("let y = 2;\n");
  text.nextDraw = 0;
  text.draw(false);
  assert.equal(box.querySelector("code"), code);
  assert.equal(code.textContent, "let x = 1;\nlet y = 2;\n");
});

test("a tail that took long to draw waits, and says so", () => {
  const { text } = boxed();
  text.add("word");
  assert.equal(text.draw(false), true);
  text.nextDraw = Infinity;
  text.add(" by word");
  assert.equal(text.draw(false), false);
  assert.equal(text.draw(true), true);
});

const UNFINISHED = {
  "It is **bl": "<strong>bl</strong>",
  "It is *bl": "<em>bl</em>",
  "a `co": '<code dir="ltr">co</code>',
  "| a | b |": "<th",
  "```py\nx = 1": 'class="language-py"',
};
for (const [text, html] of Object.entries(UNFINISHED)) {
  test(`unfinished: ${JSON.stringify(text)}`, () => {
    const { box, text: growing } = boxed();
    growing.add(text);
    growing.draw(false);
    assert.ok(box.innerHTML.includes(html), box.innerHTML);
  });
}

test("a link or a picture that is not finished leads nowhere", () => {
  for (const text of ["see [this](http://a.exam", "![x](http://a.example/x.png?s", "[x]: http://a"]) {
    const { box, text: growing } = boxed();
    growing.add(text);
    growing.draw(false);
    assert.equal(box.querySelector("[href], img, [src]"), null, box.innerHTML);
  }
});

test("clearing begins anew", () => {
  const { box, text } = boxed();
  text.add("one");
  text.draw(true);
  text.clear();
  text.add("two");
  text.draw(true);
  assert.equal(box.textContent.trim(), "two");
  assert.equal(text.source, "two");
});
