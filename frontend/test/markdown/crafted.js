// Whatever a text tries, what is drawn of it has nothing that runs, loads or leads elsewhere.
import { boxed, cutAtRandom, random, whole } from "../dom.js";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { apply as colour } from "../../src/markdown/colours.js";
import { apply as drawFormula } from "../../src/markdown/formulas.js";

const GROUPS = JSON.parse(readFileSync(new URL("../crafted.json", import.meta.url), "utf8"));
const CRAFTED = Object.values(GROUPS).flatMap(Object.entries).map(([name, text]) => [
  name, text.replaceAll("URL", `http://trap.example/${name}`).replaceAll("HOST", "trap.example"),
]);
const OURS = new Set("P BR HR H1 H2 H3 H4 H5 H6 STRONG EM S SUB SUP A CODE PRE BLOCKQUOTE UL OL LI TABLE THEAD TBODY TR TH TD DIV SPAN BUTTON".split(" "));
const KATEX = new Set("svg path line math semantics annotation mrow mi mo mn mtext mspace msup msub msubsup mfrac msqrt mstyle mover munder munderover mtable mtr mtd mpadded mphantom menclose merror".split(" "));
const ATTRIBUTES = new Set("href target rel class dir start style type title aria-label aria-level".split(" "));

/** @param {Element} box everything in it is known, and harmless */
function check(box, when) {
  for (const element of box.querySelectorAll("*")) {
    const isFormula = Boolean(element.closest(".katex"));
    const told = () => `${when}: ${element.outerHTML}`; // only if it fails: it takes long
    if (!OURS.has(element.tagName) && !(isFormula && KATEX.has(element.tagName))) assert.fail(told());
    for (const { name, value } of element.attributes) {
      if (isFormula ? /^(on|src|href|xlink)/i.test(name) : !ATTRIBUTES.has(name)) assert.fail(told());
      if (name === "href") assert.match(value, /^(https?:\/\/|mailto:|tel:)/, when);
      if (name === "style") assert.doesNotMatch(value, /url|expression|import|@/i, when);
      if (name === "title") assert.equal(element.tagName, "BUTTON", when);
    }
  }
}

for (const [name, text] of CRAFTED) {
  test(`crafted: ${name}`, () => {
    const box = whole(text);
    check(box, "whole");
    box.querySelectorAll(".math").forEach(drawFormula);
    box.querySelectorAll("pre > code[class]").forEach(colour);
    check(box, "with formulas and colours");
    const next = random(name.length);
    const growing = boxed();
    for (const piece of cutAtRandom(text, next, 60)) {
      growing.text.add(piece);
      growing.text.nextDraw = 0; // as if time had passed
      growing.text.draw(false);
      check(growing.box, `after ${JSON.stringify(growing.text.source)}`);
    }
  });
}

test("the set is large", () => assert.ok(CRAFTED.length >= 120));

test("the sanitizer alone lets nothing through", async () => {
  const { sanitize } = await import("../../src/markdown/sanitizer.js");
  for (const [name, text] of CRAFTED) {
    const box = document.createElement("div");
    box.append(sanitize(text));
    box.append(sanitize(`<p id="a" class="x" data-a="b" aria-label="c" style="color: red" onclick="x()">${text}</p>`));
    check(box, name);
  }
});
