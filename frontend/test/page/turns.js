import "../page.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { turns } from "../../src/turns/turns_component.js";

const LONGEST = 50;
const rest = (turn, text, more) => ({
  turn, number: 1, question: `${turn}?`, answer: { heading: `${turn}?`, by: "ada", text }, ...more,
});

/** Mounts turns; `tell` is another run of the page's script. */
function shown(...told) {
  const parentElement = document.body.appendChild(document.createElement("div"));
  const asked = [];
  const setTriggerValue = (name, what) => asked.push({ [name]: what });
  const tell = (these, busy = false) =>
    turns({ data: { turns: these, busy, longest: LONGEST }, parentElement, setTriggerValue });
  const close = tell(told);
  const button = (name) => [...parentElement.querySelectorAll("button")].find(
    (each) => (each.getAttribute("aria-label") ?? each.lastElementChild.textContent) === name);
  return { root: parentElement, asked, tell, button, close };
}
const key = (node, name, more) =>
  node.dispatchEvent(new window.KeyboardEvent("keydown", { key: name, bubbles: true, cancelable: true, ...more }));
async function allDrawn(root) {
  while (root.querySelector(".undrawn")) await new Promise((go) => setTimeout(go, 5));
}

test("a turn that rests is a heading, its question as typed, and the answer as Markdown", async () => {
  const { root, button, asked, close } = shown(rest("Why", "**Because.**"), { turn: "How", number: 2, question: "# How?" });
  assert.equal(root.querySelector("h2").textContent, "Why?");
  assert.equal(root.querySelector("h3").textContent, "ada");
  assert.equal(root.querySelectorAll(".typed")[1].textContent, "# How?");
  await allDrawn(root);
  assert.equal(root.querySelector("strong").textContent, "Because.");
  button("Layers, versions and costs of question 1").click();
  assert.deepEqual(asked, [{ asked: { do: "open", turn: "Why" } }]);
  close();
  assert.equal(root.innerHTML, "");
  const opened = shown({ turn: "Why", number: 1, question: "Why?" });
  assert.equal(document.activeElement, opened.root.querySelector(".question"), "the reader stays there");
  opened.close();
});

test("until a text is drawn its source stands there, for who searches in the page", async () => {
  const { root, close } = shown(rest("Why", "<b>One</b> **two**"), rest("How", "three"));
  assert.equal(root.querySelector(".undrawn").textContent, "<b>One</b> **two**");
  assert.equal(root.querySelector(".undrawn b"), null);
  await allDrawn(root);
  assert.equal(root.querySelector(".undrawn"), null);
  close();
});

test("a printer gets all of it drawn", () => {
  const { root, close } = shown(rest("Why", "**One**"), rest("How", "**two**"));
  window.dispatchEvent(new window.Event("beforeprint"));
  assert.equal(root.querySelectorAll("strong").length, 2);
  close();
});

test("turns that stay are not drawn again; others come and go around them", async () => {
  const [why, how, who] = ["Why", "How", "Who"].map((turn) => rest(turn, `${turn}.`));
  const { root, tell, close } = shown(why, how);
  await allDrawn(root);
  const kept = root.querySelectorAll(".turn")[1];
  tell([how, who]);
  await allDrawn(root);
  assert.equal(root.querySelector(".turn"), kept);
  assert.deepEqual([...root.querySelectorAll("h2")].map((each) => each.textContent), ["How?", "Who?"]);
  tell([why, how, who]);
  assert.equal(root.querySelectorAll(".turn")[1], kept);
  close();
});

test("where the next question went on without an answer, that is said", () => {
  const { root, button, close } = shown({ turn: "Why", number: 1, question: "Why?", answer: { heading: "Why?" } });
  assert.match(root.textContent, /The next question didn't include an answer\./);
  assert.equal(root.querySelector("h3"), null);
  assert.equal(button("Copy the answer to question 1"), undefined);
  close();
});

test("a question with other versions says which one it is, and leads to the others", () => {
  const { root, asked, button, tell, close } = shown({ turn: "b", number: 2, question: "Why?", versions: ["a", "b"] });
  assert.equal(root.querySelector(".count").textContent, "2 of 2");
  assert.ok(button("Later version of question 2").disabled);
  button("Earlier version of question 2").click();
  assert.deepEqual(asked, [{ asked: { do: "version", version: "a", turn: "b" } }]);
  tell([{ turn: "b", number: 2, question: "Why?", versions: ["a", "b"] }], true);
  assert.equal(root.querySelector(".count"), null, "not while an answer is written");
  close();
});

test("a question is edited where it stands; what was typed stays until it is asked or given up", () => {
  const told = { turn: "a", number: 2, question: "Why?" };
  const { root, asked, button, tell, close } = shown(told);
  button("Edit question 2").click();
  const field = root.querySelector("textarea");
  assert.equal(document.activeElement, field);
  assert.deepEqual([field.value, field.maxLength], ["Why?", LONGEST]);
  field.value = " ";
  field.dispatchEvent(new window.Event("input"));
  assert.ok(button("Send edited question").disabled);
  field.value = "How?";
  field.dispatchEvent(new window.Event("input"));
  tell([told], true);
  assert.ok(button("Send edited question").disabled, "an answer is being written");
  tell([told]);
  button("Send edited question").click();
  button("Send edited question").click();
  assert.deepEqual(asked, [{ asked: { do: "ask-instead", text: "How?", turn: "a" } }]);
  tell([told]); // it was refused
  assert.equal(root.querySelector("textarea").value, "How?");
  key(field, "Enter", { ctrlKey: true });
  assert.equal(asked.length, 2);
  let heard = 0;
  const listen = () => heard++;
  document.addEventListener("keydown", listen);
  key(field, "Escape");
  document.removeEventListener("keydown", listen);
  assert.equal(heard, 0, "Escape stops a run");
  assert.equal(root.querySelector("textarea"), null);
  assert.equal(document.activeElement, button("Edit question 2"));
  assert.match(root.textContent, /Why\?/);
  close();
});
