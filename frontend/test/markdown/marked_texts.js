// Texts with marks of ours in them: behind sentences, and around words that another text lacks.
import "../dom.js";
import { text } from "../../src/texts/text_component.js";
import assert from "node:assert/strict";
import { test } from "node:test";

function html(data) {
  const parentElement = document.body.appendChild(document.createElement("div"));
  text({ data, parentElement });
  const box = parentElement.querySelector(".text");
  for (const node of box.querySelectorAll("[dir], [aria-level]")) {
    node.removeAttribute("dir");
    node.removeAttribute("aria-level");
  }
  const drawn = (box.querySelector(".difference") ?? box).innerHTML.replace(/\n/g, "");
  parentElement.remove();
  return drawn;
}

const DIFFERENCES = {
  "a word in a text": [
    [["kept", "The *sky* is "], ["removed", "green"], ["added", "**blue**"], ["kept", "."]],
    "<p>The <em>sky</em> is <strong><del>green</del><ins>blue</ins></strong>.</p>",
  ],
  "words side by side are one mark": [
    [["kept", "a "], ["added", "b c d"], ["kept", " e"]], "<p>a <ins>b c d</ins> e</p>",
  ],
  "a heading and an item that are new": [
    [["added", "## New head\n\n"], ["kept", "- one\n"], ["added", "- two"]],
    "<h2><ins>New head</ins></h2><ul><li>one</li><li><ins>two</ins></li></ul>",
  ],
  "blocks that are gone stand where they were, without their marks": [
    [["kept", "One."], ["removed", "\n\n### Gone\n\n- a **b**"], ["kept", "\n\nTwo."]],
    "<p>One.<del>Gone\n\n- a b</del></p><p>Two.</p>".replace(/\n/g, ""),
  ],
  "words that are gone from the end of a line": [
    [["kept", "One "], ["removed", "more."], ["kept", "\n\nTwo."]], "<p>One <del>more.</del></p><p>Two.</p>",
  ],
  "what is gone from the end": [
    [["kept", "One."], ["removed", " Two."]], "<p>One.</p><p><del>Two.</del></p>",
  ],
  "cells of a table": [
    [["kept", "| a | b |\n|---|---|\n| c | "], ["removed", "d"], ["added", "e"], ["kept", " |"]],
    '<div class="sideways"><table><thead><tr><th>a</th><th>b</th></tr></thead>' +
      "<tbody><tr><td>c</td><td><del>d</del><ins>e</ins></td></tr></tbody></table></div>",
  ],
  "words behind an address that has the same letters": [
    [["kept", "[go](https://a.example/and/more) and "], ["added", "more"]],
    '<p><a href="https://a.example/and/more" target="_blank" rel="noopener noreferrer">go</a> and <ins>more</ins></p>',
  ],
  "Markdown that alone was changed": [
    [["kept", "a "], ["removed", "b"], ["added", "*b*"]], "<p>a <em><del>b</del><ins>b</ins></em></p>",
  ],
  "HTML, which stays text": [
    [["removed", "<img src=x onerror=alert(1)>"], ["added", "<b>"]],
    "<p><del>&lt;img src=x onerror=alert(1)&gt;</del><ins>&lt;b&gt;</ins></p>",
  ],
};
for (const [name, [difference, expected]] of Object.entries(DIFFERENCES)) {
  test(`a difference is marked in Markdown as it is read: ${name}`, () => {
    assert.equal(html({ difference }), expected);
  });
}

const mark = '<span class="source-mark" style="--strength: 1;">A</span>';
const SENTENCES = {
  "emphasis that holds several": [[["*One. ", [["A", 1]]], ["Two.*", [["A", 1]]]], `<p><em>One. ${mark}Two.</em>${mark}</p>`],
  "a bold one in brackets": [[["**(One.)**", [["A", 1]]], [" Two.", []]], `<p><strong>(One.)</strong>${mark} Two.</p>`],
  "underscores": [[["_One._", [["A", 1]]], [" Two.", []]], `<p><em>One.</em>${mark} Two.</p>`],
};
for (const [name, [sentences, expected]] of Object.entries(SENTENCES)) {
  test(`marks behind sentences leave Markdown whole: ${name}`, () => {
    assert.equal(html({ sentences }), expected);
  });
}
