// What a tab tells the others of a chat, and what it hears of them.
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { ChatInTabs } from "../src/other_tabs.js";

const open = [];

/** A tab that hears all; what it heard is in `heard`. */
function another() {
  const channel = new BroadcastChannel("polyphony-chats");
  const heard = [];
  channel.onmessage = ({ data }) => data.last || heard.push(data);
  open.push({ channel, close: () => channel.close() });
  return { channel, heard };
}

function chatHere(chat, onContinued = () => {}) {
  const tabs = new ChatInTabs(chat, onContinued);
  open.push(tabs);
  return tabs;
}

/** Waits until all have heard what was told so far: messages come in their order. */
async function delivered() {
  const teller = new BroadcastChannel("polyphony-chats");
  const heardLast = ({ channel }) =>
    new Promise((resolve) => channel.addEventListener("message", ({ data }) => data.last && resolve()));
  const heard = Promise.all(open.map(heardLast));
  teller.postMessage({ last: true });
  await heard;
  teller.close();
}

afterEach(() => open.splice(0).forEach((each) => each.close()));

test("a run that ended before it was shown is told of, too", async () => {
  const { heard } = another();
  chatHere("quick").show("first", false); // as it was stored
  chatHere("quick").show("second", false);
  await delivered();
  assert.deepEqual(heard, [{ chat: "quick", run: "second" }]);
});

test("opening a chat that nobody goes on with tells nothing", async () => {
  const { heard } = another();
  const tabs = chatHere("stored");
  tabs.show("first", false);
  tabs.show("first", false);
  await delivered();
  assert.deepEqual(heard, []);
});

test("what another tab has begun is asked for once, and not told again", async () => {
  const { channel, heard } = another();
  let continued = 0;
  const tabs = chatHere("both", () => continued++);
  tabs.show("first", true);
  channel.postMessage({ chat: "both", run: "second" });
  channel.postMessage({ chat: "elsewhere", run: "third" });
  await delivered();
  tabs.show("second", true);
  await delivered();
  assert.equal(continued, 1);
  assert.deepEqual(heard, [{ chat: "both", run: "first" }]);
});
