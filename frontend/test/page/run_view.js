import "../page.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { RunView } from "../../src/run/run_view.js";

const proposer = (position, name, told = {}) => ({
  place: [0, position], role: "proposer", name, model: `lab/${name}`, endpoint: "lab", status: "waiting", page: 1, attempt: 1,
  doing: "waiting for first token", ...told,
});
const chief = (told = {}) => ({
  place: [1, 0], role: "aggregator", name: "chief", model: "lab/chief", endpoint: "lab", status: "pending", doing: "waiting for layer 1", ...told,
});
const first = (more = {}) => ({
  v: 1, run: "r", of: "g", now_s: 1,
  state: { status: "running", live: true, doing: "Layer 1: 0 of 2 answered", asked: 2, answer: 2 },
  layers: [{ asked: true, doing: "0 of 2 answered", of: 2, started_s: 0.1 }],
  seats: [proposer(0, "ada"), proposer(1, "ben"), chief()],
  ...more,
});
const ended = {
  r: { status: "succeeded", live: true, doing: "Saving", asked: 2, answered: 2, answer: 2, drafts: 1, cost: "$0.01", facts: "$0.01 · 2 of 2 answered" },
  l: { 0: { asked: true, doing: "2 of 2 answered", answered: 2, of: 2, started_s: 0.1, took: "2.0 s" } },
  s: {
    0: { status: "succeeded", page: 1, attempt: 1, doing: "9 tokens · 2.0 s", took: "2.0 s", cost: "$0.001" },
    1: { status: "failed", page: 1, attempt: 1, doing: "failed", error: { text: "lab is overloaded (status 503): Come back in a quarter of an hour.", advice: "Retry." } },
    2: { status: "succeeded", page: 1, attempt: 1, doing: "5 tokens · 1.0 s", took: "1.0 s", cost: "$0.009" },
  },
  d: [[0, "What **ada** says.", 1], [2, "The answer.", 1]],
};

function shown(data = {}, message = first()) {
  const root = document.body.appendChild(document.createElement("div"));
  const asked = [];
  const all = { run: "r", live: true, last: true, turn: "t", heading: "Why?", page: null, ...data };
  const view = new RunView(root, all, { act: (what) => asked.push(what), replay() {}, endReplay() {} });
  view.take(message);
  const words = (node) => [...node.children].filter((each) => !each.ariaHidden && !each.classList.contains("icon"))
    .map((each) => each.textContent).join("");
  const button = (name) => [...root.querySelectorAll("button")].find(
    (each) => (each.getAttribute("aria-label") ?? words(each)) === name);
  const done = (step) => async () => {
    try {
      await step();
    } finally {
      view.close();
      root.remove();
    }
  };
  return { root, view, asked, button, done };
}
const drawn = () => new Promise((go) => setTimeout(go, 5));
const offered = (more = {}) => ({
  busy: false, seats: { "0-0": { use: "Use as the answer" }, "0-1": {} }, versions: [], writers: [], rewrite: "Rewrite answer", ...more,
});

test("calls of tools are shown where an answer has no text", async () => {
  const { root, view, done } = shown();
  await done(async () => {
    view.take({ ...ended, s: { ...ended.s, 2: { ...ended.s[2], tools: ['look({"of": "<b>"})', "add({})"] } }, d: [ended.d[0]] });
    await drawn();
    const calls = [...root.querySelectorAll(".tool-calls pre")].map((each) => each.textContent);
    assert.deepEqual(calls, ['look({"of": "<b>"})', "add({})"]);
    assert.match(root.querySelector(".tool-calls").textContent, /^Calls 2 tools/);
    assert.match(root.textContent, /by chief/);
  })();
});

test("layers are open while they run and fold to chips when the answer begins", async () => {
  const { root, view, button, done } = shown();
  await done(async () => {
    assert.equal(button("Layer 1").getAttribute("aria-expanded"), "true");
    view.take({ s: { 2: { status: "writing", doing: "writing" } }, d: [[2, "The ", 1]] });
    await drawn();
    assert.equal(button("Layer 1").getAttribute("aria-expanded"), "false");
    assert.ok(button("Show ada, layer 1: waiting for first token"));
    assert.match(root.querySelector(".answer").textContent, /Answer.*by chief.*The/s);
  })();
});

test("what the reader has touched does not fold", async () => {
  const { root, view, button, done } = shown();
  await done(async () => {
    root.querySelector(".column").dispatchEvent(new window.Event("pointerdown", { bubbles: true }));
    view.take({ s: { 2: { status: "writing", doing: "writing" } } });
    await drawn();
    assert.equal(button("Layer 1").getAttribute("aria-expanded"), "true");
  })();
});

test("a failed model is named in red with its reason and the next steps", async () => {
  const { root, view, asked, button, done } = shown();
  await done(async () => {
    view.take(ended);
    view.tellPage({ ...view.data, live: false, page: offered() });
    await drawn();
    assert.equal(root.querySelector('.chip[data-status="failed"]').textContent, "closebenfailed");
    assert.match(root.querySelector(".problem").textContent, /overloaded.*Retry\./s);
    assert.equal(root.querySelector(".problem b").textContent, "lab is overloaded (status 503):");
    button("Retry ben, layer 1").click();
    button("Replace with … (ben, layer 1)").click();
    assert.deepEqual(asked, [{ do: "retry-seat", place: [0, 1] }, { do: "replace-seat", place: [0, 1] }]);
  })();
});

test("the answer says by whom, from how many drafts, and at what cost", async () => {
  const { root, view, done } = shown();
  await done(async () => {
    view.take(ended);
    await drawn();
    const head = root.querySelector(".answer-head");
    assert.equal(head.querySelector("h3").textContent, "Answer");
    assert.equal(head.querySelector(".by").textContent, "by chief · from 1 draft");
    assert.equal(root.querySelector(".answer-text").textContent.trim(), "The answer.");
  })();
});

test("what another process works on cannot be stopped here", async () => {
  const { root, view, asked, done } = shown();
  await done(async () => {
    view.take({ r: { ...view.state, elsewhere: true } });
    await drawn();
    assert.equal(root.querySelector(".stop").hidden, true);
    assert.equal(root.querySelector('[aria-label^="Stop ada"]'), null);
    assert.match(root.querySelector(".doing").textContent, /in another process/);
    view.bar.stopRun();
    assert.deepEqual(asked, []);
  })();
});

test("stop is asked for once and shows at once that it was", async () => {
  const { asked, button, done } = shown();
  await done(async () => {
    const stop = button("Stop");
    stop.click();
    stop.click();
    assert.deepEqual(asked, [{ do: "stop" }]);
    assert.equal(stop.getAttribute("aria-pressed"), "true");
    assert.equal(stop.textContent, "stopStopping …");
  })();
});

test("escape stops the run, but first leaves what is expanded", async () => {
  const { root, asked, button, done } = shown();
  await done(async () => {
    button("Expand ada, layer 1").click();
    assert.equal(root.querySelectorAll(".column[hidden]").length, 1);
    const press = (target) => target.dispatchEvent(
      new window.KeyboardEvent("keydown", { key: "Escape", bubbles: true, cancelable: true }));
    press(root.querySelector(".expand"));
    assert.equal(root.querySelectorAll(".column[hidden]").length, 0);
    assert.deepEqual(asked, []);
    press(document.body);
    assert.deepEqual(asked, [{ do: "stop" }]);
  })();
});

test("arrow keys go from one expanded proposal to the next", async () => {
  const { root, button, done } = shown();
  await done(async () => {
    button("Expand ada, layer 1").click();
    root.querySelector(".expand").dispatchEvent(
      new window.KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true, cancelable: true }));
    const [ada, ben] = root.querySelectorAll(".column");
    assert.deepEqual([ada.hidden, ben.hidden], [true, false]);
  })();
});

test("who is late can be left behind, restarted or waited for", async () => {
  const { root, view, asked, button, done } = shown();
  await done(async () => {
    const offer = { says: "1 of 2 answered · ben is still writing", end: "Continue without it", missing: 1, restart: [0, 1] };
    view.take({ l: { 0: { asked: true, doing: "1 of 2 answered", answered: 1, of: 2, started_s: 0.1, offer } } });
    await drawn();
    assert.match(root.querySelector(".run-bar").textContent, /ben is still writing/);
    button("Continue without it").click();
    button("Retry the missing model").click();
    button("Wait for the rest of the layer").click();
    assert.deepEqual(asked, [{ do: "end-layer", layer: 0 }, { do: "restart-seat", place: [0, 1] }]);
    assert.equal(button("Continue without it"), undefined);
  })();
});

test("what can be asked after the answer stands in its place, and is not told twice", async () => {
  const { root, view, asked, button, done } = shown();
  await done(async () => {
    const text = "The proposals agree (46% alike), so layer 2 was left out.";
    const decided = [{ kind: "LayersSkipped", text }];
    view.take({ ...ended, r: { ...ended.r, decided } });
    const offers = [
      { kind: "late", text: "This answer was written without ben.", label: "Ask it again, then rewrite the answer", price: "2 calls" },
      { kind: "skipped", text, label: "Ask the skipped layer", price: "3 calls", tells: "LayersSkipped" },
    ];
    view.tellPage({ ...view.data, live: false, page: offered({ offers }) });
    await drawn();
    const said = [...root.querySelectorAll(".answer .note > p")].map((each) => each.textContent);
    assert.deepEqual(said, [offers[0].text, text]);
    button("Ask the skipped layer").click();
    assert.deepEqual(asked, [{ do: "onwards", kind: "skipped" }]);
  })();
});

test("a text that begins anew takes the place of the one before", async () => {
  const { root, view, done } = shown();
  await done(async () => {
    view.take({ s: { 0: { status: "writing", page: 1, doing: "writing" } }, d: [[0, "One.", 1]] });
    view.take({ s: { 0: { status: "writing", page: 2, attempt: 2, doing: "writing" } }, d: [[0, "Two.", 1]] });
    await drawn();
    assert.equal(root.querySelector(".column .text").textContent.trim(), "Two.");
    assert.deepEqual(view.have().have[0], [2, 4, 0]);
  })();
});

test("a resumed stream goes on in its texts, and one from the beginning clears them", async () => {
  const { root, view, done } = shown();
  await done(async () => {
    view.take({ d: [[0, "One ", 1]] });
    view.take({ ...first(), d: [[0, "two."]] });
    await drawn();
    assert.equal(root.querySelector(".column .text").textContent.trim(), "One two.");
    view.take({ ...first({ of: "h" }), d: [[0, "New.", 1]] });
    await drawn();
    assert.equal(root.querySelector(".column .text").textContent.trim(), "New.");
  })();
});

test("screen readers hear tallies and the end, and nothing of a run that had ended before", async () => {
  const { root, view, done } = shown();
  await done(async () => {
    const heard = root.querySelector('[role="status"]');
    assert.equal(heard.textContent, "Layer 1: 0 of 2 answered");
    view.take(ended);
    await drawn();
    assert.equal(heard.textContent, "Answer ready. $0.01 · 2 of 2 answered");
  })();
  const state = { status: "succeeded", facts: "$0.01", asked: 2, answer: 2 };
  const stored = shown({ live: false }, first({ state }));
  await stored.done(async () => assert.equal(stored.root.querySelector('[role="status"]').textContent, ""))();
});

test("what can be done with the answer stands in one row", async () => {
  const { root, view, asked, button, done } = shown();
  await done(async () => {
    view.take(ended);
    const page = offered({ use: "Continue from this answer", sources: true, compare: "compare?c=1", mix: "compare?view=mix" });
    view.tellPage({ ...view.data, live: false, page });
    await drawn();
    const row = [...root.querySelector(".actions").children].map((each) => each.textContent);
    assert.deepEqual(row, [
      "content_copyCopy", "mergeRewrite answer", "subdirectory_arrow_rightContinue from this answer", "joinSources",
      "compareCompare", "balanceDid the mix help?",
    ]);
    button("Rewrite answer").click();
    root.querySelector('a[href="compare?c=1"]').click();
    assert.deepEqual(asked, [{ do: "rewrite" }, { do: "compare" }]);
  })();
});

test("a model without an answer has its place taken by another in one click", async () => {
  const { root, view, asked, done } = shown();
  await done(async () => {
    const failed = { status: "failed", notices: [{ kind: "error", text: "No final answer.", advice: "Choose another model." }], answer: 2 };
    view.take({ r: failed, s: { 2: { status: "failed", attempt: 1, doing: "failed" } } });
    const writers = [{ ref: "lab/deputy", label: "deputy · lab" }];
    view.tellPage({ ...view.data, live: false, page: offered({ writers, writeWith: "Write answer with …" }) });
    await drawn();
    const menu = root.querySelector('.problem [role="menu"]');
    menu.dispatchEvent(Object.assign(new window.Event("beforetoggle"), { newState: "open" }));
    menu.hidePopover = () => {};
    menu.querySelector("button").click();
    assert.deepEqual(asked, [{ do: "write-with", ref: "lab/deputy" }]);
  })();
});

test("a menu tells first what was read and how much of it was cached, where that is known", async () => {
  const { root, view, done } = shown();
  await done(async () => {
    view.take({ ...ended, s: { ...ended.s, 0: { ...ended.s[0], read: "1,234 tokens read, 87 % cached" } } });
    view.tellPage({ ...view.data, live: false, page: offered() });
    await drawn();
    const [first, second] = [...root.querySelectorAll('.column [role="menu"]')];
    for (const menu of [first, second]) {
      menu?.dispatchEvent(Object.assign(new window.Event("beforetoggle"), { newState: "open" }));
    }
    assert.equal(first.firstChild.textContent, "1,234 tokens read, 87 % cached");
    assert.equal(first.getAttribute("aria-describedby"), first.firstChild.id);
    assert.ok(!second?.querySelector(".menu-text"));
  })();
});

test("nothing of a side of a duel can be clicked", async () => {
  const { root, done } = shown({ lookOnly: true, compact: true, last: false });
  await done(async () => {
    const names = [...root.querySelectorAll("button:not(.expand, .name-tab, .chip)")].map((each) => each.textContent);
    assert.deepEqual(names.filter((name) => /Stop|Restart|stop|restart/.test(name)), []);
  })();
});

test("controls of two runs on a page have names of their own", async () => {
  const { root, view, button, done } = shown({ about: "question 2", page: offered({ sources: true, replay: true }) });
  await done(async () => {
    view.take(ended);
    await drawn();
    for (const name of ["Layer 1, question 2", "Copy the answer, question 2", "Rewrite answer, question 2"])
      assert.ok(button(name), name);
    const bare = [...root.querySelectorAll("button")].filter((each) => !each.getAttribute("aria-label")?.includes("question 2"));
    assert.deepEqual(bare.map((each) => each.textContent), ["arrow_downwardNew text", "stopStop"]);
  })();
});

test("a run that failed says why to those who only hear it", async () => {
  const { root, view, done } = shown();
  await done(async () => {
    const notices = [{ kind: "error", text: "No model of layer 1 answered." }];
    view.take({ r: { status: "failed", live: false, facts: "$0", notices } });
    await drawn();
    assert.equal(root.querySelector("[role=status]").textContent, "No answer. No model of layer 1 answered.");
  })();
});
