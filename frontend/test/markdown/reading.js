// What Markdown is read as.
import { drawn, whole } from "../dom.js";
import assert from "node:assert/strict";
import { test } from "node:test";

const inner = (text) => whole(text).innerHTML.trim();
const texts = (text, selector) => [...whole(text).querySelectorAll(selector)].map((node) => node.textContent);

const DRAWN = {
  "# Sky": '<h1 dir="auto" aria-level="3">Sky</h1>',
  "a\nb": '<p dir="auto">a\nb</p>',
  "one<br>two": '<p dir="auto">one<br>\ntwo</p>',
  "one</br>two": '<p dir="auto">one<br>\ntwo</p>',
  'one<br clear="all">two': '<p dir="auto">one<br>\ntwo</p>',
  "H<sub>2</sub>O, x<sup>2</sup>": '<p dir="auto">H<sub>2</sub>O, x<sup>2</sup></p>',
  "- [ ] a\n- [x] b": '<ul dir="auto">\n<li class="task">☐ a</li>\n<li class="task">☑ b</li>\n</ul>',
  "10. a\n11. b": '<ol start="10" dir="auto">\n<li>a</li>\n<li>b</li>\n</ol>',
  "[up](#top)": '<p dir="auto"><a>up</a></p>',
  "https://a.example/~me": '<p dir="auto"><a href="https://a.example/~me" target="_blank" rel="noopener noreferrer">https://a.example/~me</a></p>',
  "![x](http://a.example)": '<p dir="auto"><a class="image" href="http://a.example" target="_blank" rel="noopener noreferrer">x</a></p>',
  "`a -> b`": '<p dir="auto"><code dir="ltr">a -&gt; b</code></p>',
  "| a | b |\n|:-:|--:|\n| one<br>two | 3 |": '<div class="sideways"><table dir="auto">\n<thead>\n<tr>\n' +
    '<th style="text-align:center">a</th>\n<th style="text-align:right">b</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n' +
    '<td style="text-align:center">one<br>\ntwo</td>\n<td style="text-align:right">3</td>\n</tr>\n</tbody>\n</table></div>',
};
for (const [text, html] of Object.entries(DRAWN)) {
  test(`drawn: ${JSON.stringify(text)}`, () => assert.equal(inner(text), html));
}

const AS_WRITTEN = [
  "between ~5 and ~10, a -> b, x >= 1 -- :smile: :red[no] (c)", "<b>HTML</b> stays text", "README.md and example.com",
  "[press](javascript:x)", "[press](//a.example)", "A claim.[^1]", ":material/home: :::note", "from $5 to $10 a month",
  "$5-$10, or US$20", "$3 million in US$", "It costs $5 (USD) or 10$ in all.", "Set $HOME/$USER and $PATH:$HOME.",
  "From $5M to $10M, or $5k – $7k.", "$1,200 per month vs. $900", "https://a.example/$b/$c", "an unfinished \\(x",
  "x = $1 and $2", "a $ b $ c", "<details><summary>more</summary></details>",
];
for (const text of AS_WRITTEN) {
  test(`as written: ${text}`, () => assert.equal(whole(text).textContent.trim(), text.replace("\\(", "(")));
}

const BOLD = {
  "**「重要」**です": ["「重要」"],
  "これは**「重要」**です。**（注）**は": ["「重要」", "（注）"],
  "**한국어(Korean)**은 좋다": ["한국어(Korean)"],
  "请看**“引号”**里的**API (v2)**接口": ["“引号”", "API (v2)"],
  "ก**(ข)**ค": ["(ข)"],
  "**Note:**text and **API (v2)**s": ["Note:", "API (v2)"],
  "「**重要**」です": ["重要"],
  "x**(n)**y": [],
};
for (const [text, bold] of Object.entries(BOLD)) {
  test(`bold: ${text}`, () => assert.deepEqual(texts(text, "strong"), bold));
}
test("other marks beside CJK punctuation", () => {
  assert.deepEqual(texts("は*「い」*です", "em"), ["「い」"]);
  assert.deepEqual(texts("は~~「い」~~です", "s"), ["「い」"]);
});

const FORMULAS = {
  "where \\(a^2 + b^2\\) is": ["a^2 + b^2"],
  "for \\( n \\) items, \\(f(x)\\)": ["n", "f(x)"],
  "so \\[x = 1\\] holds": ["x = 1"],
  "$E = mc^2$ and $$x$$": ["E = mc^2", "x"],
  "\\[\nx = 1 \\\\[2pt]\ny = 2\n\\]": ["x = 1 \\\\[2pt]\ny = 2"],
  "$$\nx = 1\n$$": ["x = 1"],
  "Text:\n$$\nx = 1\n$$, where x is one": ["x = 1"],
  "$$x = 1 \\\\\ny = 2$$\n\nso": ["x = 1 \\\\\ny = 2"],
  "- item\n  $$\n  x\n  $$": ["x"],
  "> $$\n> x\n> $$": ["x"],
  "costs $5, and \\(x\\) is $y$": ["x", "y"],
  "$2xy$, $3ab + c$, $n =$, $5$, $10 \\text{ cm}$, $2n$": ["2xy", "3ab + c", "n =", "5", "10 \\text{ cm}", "2n"],
  "`\\(x\\)` and `$5 to $6`": [],
  "```sh\necho $HOME $PATH \\(x\\)\n```": [],
  "see \\[1\\] and \\[the text\\]": [],
  "a remark \\(which should stay\\) here": [],
  "| $a$ | b |\n|---|---|\n| $$c$$ | \\(d\\) |": ["a", "c", "d"],
};
for (const [text, formulas] of Object.entries(FORMULAS)) {
  test(`formulas: ${JSON.stringify(text)}`, () => assert.deepEqual(texts(text, ".math"), formulas));
}

test("what follows a formula on its last line stays", () => {
  assert.equal(whole("$$\nx\n$$, where x is one").textContent.replace(/\s+/g, " ").trim(), "x, where x is one");
});

test("dollar signs that nothing closes swallow no finished text", () => {
  const text = "$$\nx = 1 and so on.\n\n## Heading\n\nThe rest.";
  assert.deepEqual(texts(text, ".math"), []);
  assert.deepEqual(texts(text, "h2"), ["Heading"]);
});

test("controls and odd line ends decide nothing", () => {
  assert.equal(inner("\ufeff# a\r\nb\rc\u2028d\0e\x1bf"), '<h1 dir="auto" aria-level="3">a</h1>\n<p dir="auto">b\nc d\ufffdef</p>');
});

test("code can be copied, and only finished code has colours", () => {
  const box = whole("```js\nlet x;\n```");
  assert.equal(box.querySelector(".code-block > button").getAttribute("aria-label"), "Copy code: let x;");
});

test("a character with thousands of marks is cut", () => {
  const box = whole(`a${"\u0301".repeat(1000)} and b`);
  assert.ok([...box.querySelectorAll(".tall")].length > 10);
  assert.equal(box.textContent.trim(), `a${"\u0301".repeat(1000)} and b`);
});

test("headings of a text are told below the one above it, and skip no level", () => {
  const box = drawn("### Sky\n\nBlue.\n\n##### Sea\n\n", "# Land\n\n## Hill\n\n> ## Dale\n");
  const levels = [...box.querySelectorAll("h1, h2, h3, h5")].map((each) => [each.textContent, each.getAttribute("aria-level")]);
  assert.deepEqual(levels, [["Sky", "3"], ["Sea", "4"], ["Land", "3"], ["Hill", "4"], ["Dale", "4"]]);
});
