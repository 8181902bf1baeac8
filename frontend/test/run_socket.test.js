import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { RunSocket } from "../src/run_socket.js";

class Socket {
  static OPEN = 1;
  static made = [];
  readyState = 0;
  sent = [];
  constructor(url) {
    this.url = String(url);
    Socket.made.push(this);
  }
  send(text) {
    this.sent.push(JSON.parse(text));
  }
  opens() {
    this.readyState = 1;
    this.onopen();
  }
  says(message) {
    this.onmessage({ data: JSON.stringify(message) });
  }
  close(code = 1006) {
    this.readyState = 3;
    this.onclose({ code });
  }
}

/** Draws nothing, and notes what it hears. */
class Drawing {
  texts = [];
  links = [];
  ends = [];
  drawn = { of: "", have: [] };
  have = () => this.drawn;
  onNews = (news) => this.texts.push(...(news.d ?? []).map(([, text]) => text));
  onLink = (lost) => this.links.push(lost);
  onEnd = (end) => this.ends.push(end);
}

const last = () => Socket.made.at(-1);
let socket, drawing, asked, answers;

beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
  Socket.made = [];
  asked = [];
  globalThis.WebSocket = Socket;
  globalThis.fetch = async (url, { body }) => {
    asked.push(JSON.parse(body));
    const answer = answers.shift();
    if (!answer) throw new TypeError("no server");
    return { ok: true, text: async () => answer.map((line) => JSON.stringify(line)).join("\n") };
  };
  answers = [];
  socket = new RunSocket(new URL("http://host/base/"));
  drawing = new Drawing();
});
afterEach(() => mock.timers.reset());

const settled = () => new Promise((resolve) => setImmediate(resolve));

test("one socket serves all that is followed", () => {
  socket.open();
  socket.follow("a", drawing);
  last().opens();
  socket.follow("b", new Drawing());
  assert.equal(Socket.made.length, 1);
  assert.equal(last().url, "ws://host/base/runs/stream");
  assert.deepEqual(last().sent, [{ subscribe: "a" }, { subscribe: "b" }]);
  last().says({ run: "a", d: [[0, "hello", 1]] });
  assert.deepEqual(drawing.texts, ["hello"]);
});

test("commands and leaving go over it, the end ends the following", () => {
  const run = socket.follow("a", drawing);
  last().opens();
  run.send({ do: "stop" });
  last().says({ run: "a", end: "done" });
  run.close();
  assert.deepEqual(drawing.ends, ["done"]);
  assert.deepEqual(last().sent, [{ subscribe: "a" }, { do: "stop", run: "a" }]);
  socket.follow("b", drawing).close();
  assert.deepEqual(last().sent.at(-1), { unsubscribe: "b" });
});

test("after a break it goes on where it was, later each time", () => {
  socket.follow("a", drawing);
  last().opens();
  last().says({ run: "a", v: 1, d: [] });
  drawing.drawn = { of: "p", have: [[1, 20, 3]] };
  last().close();
  assert.deepEqual(drawing.links, [false, true]);
  mock.timers.tick(199);
  assert.equal(Socket.made.length, 1);
  mock.timers.tick(1);
  last().opens();
  assert.deepEqual(last().sent, [{ subscribe: "a", of: "p", have: [[1, 20, 3]] }]);
  assert.equal(drawing.links.at(-1), false);
  last().close();
  mock.timers.tick(200);
  assert.equal(Socket.made.length, 2);
  mock.timers.tick(300);
  assert.equal(Socket.made.length, 3);
  socket.reconnect();
  last().opens();
  assert.equal(drawing.links.at(-1), false);
});

test("a command that is given while the connection is lost is sent once it is back", () => {
  const run = socket.follow("a", drawing);
  const left = socket.follow("b", new Drawing());
  run.send({ do: "stop" });
  left.send({ do: "stop" });
  left.close();
  last().opens();
  assert.deepEqual(last().sent, [{ subscribe: "a" }, { do: "stop", run: "a" }]);
  last().close();
  mock.timers.tick(200);
  last().opens();
  assert.deepEqual(last().sent, [{ subscribe: "a" }]);
});

test("a command that a poll could not deliver goes with the next one", async () => {
  const run = socket.follow("a", drawing);
  for (const wait of [200, 500]) {
    last().close();
    mock.timers.tick(wait);
  }
  last().close();
  run.send({ do: "stop" });
  await settled();
  answers = [[], []];
  mock.timers.tick(1000);
  await settled();
  assert.deepEqual(asked, [{ do: "stop", run: "a" }, { subscribe: "a" }, { do: "stop", run: "a" }]);
});

test("nothing is opened again while nobody follows anything", () => {
  socket.open();
  last().opens();
  last().close();
  mock.timers.tick(60_000);
  assert.equal(Socket.made.length, 1);
  socket.follow("a", drawing);
  assert.equal(Socket.made.length, 2);
});

test("a run that two views follow is told to both, whole after a break", () => {
  const other = new Drawing();
  const run = socket.follow("a", drawing);
  socket.follow("a", other);
  drawing.drawn = other.drawn = { of: "p", have: [[1, 1, 0]] };
  last().opens();
  assert.deepEqual(last().sent, [{ subscribe: "a" }]);
  last().says({ run: "a", d: [[0, "x"]] });
  run.close();
  last().says({ run: "a", d: [[0, "y"]] });
  assert.deepEqual([drawing.texts, other.texts], [["x"], ["x", "y"]]);
});

test("where people sign in each question carries the page's ticket", async () => {
  socket.ticket = "old";
  socket.follow("a", drawing);
  last().opens();
  last().says({ run: "a", end: "ticket" });
  assert.deepEqual(drawing.ends, ["ticket"]);
  socket.ticket = "new";
  const run = socket.follow("a", drawing);
  run.send({ do: "stop" });
  assert.deepEqual(last().sent, [{ subscribe: "a", ticket: "old" }, { subscribe: "a", ticket: "new" }, { do: "stop", run: "a" }]);
  for (const wait of [200, 500, 1000]) {
    last().close();
    mock.timers.tick(wait);
  }
  run.send({ do: "stop" });
  await settled();
  assert.deepEqual(asked.at(-1), { do: "stop", run: "a", ticket: "new" });
});

test("a server of another version is not asked again", () => {
  socket.follow("a", drawing);
  last().opens();
  last().says({ run: "a", v: 2 });
  assert.deepEqual(drawing.ends, ["outdated"]);
  socket.follow("b", drawing);
  last().opens();
  last().close(1007);
  mock.timers.tick(60_000);
  assert.deepEqual(drawing.ends, ["outdated", "outdated"]);
});

test("where no socket opens the page polls, until one does", async () => {
  const run = socket.follow("a", drawing);
  for (const wait of [200, 500]) {
    last().close();
    mock.timers.tick(wait);
  }
  answers = [[{ run: "a", v: 1, d: [[0, "half", 1]] }], [], [{ run: "a", v: 1 }, { run: "a", end: "done" }]];
  last().close();
  mock.timers.tick(1000);
  await settled();
  assert.deepEqual(drawing.texts, ["half"]);
  run.send({ do: "stop" });
  await settled();
  assert.deepEqual(asked, [{ subscribe: "a" }, { do: "stop", run: "a" }]);
  drawing.drawn = { of: "p", have: [[1, 1, 0]] };
  mock.timers.tick(1000);
  await settled();
  assert.deepEqual(asked.at(-1), { subscribe: "a", of: "p", have: [[1, 1, 0]] });
  assert.deepEqual(drawing.ends, ["done"]);
});

test("a socket that opens at last ends the polling; a server that is gone is said to be", async () => {
  socket.follow("a", drawing);
  for (const wait of [200, 500]) {
    last().close();
    mock.timers.tick(wait);
  }
  last().close();
  mock.timers.tick(1000);
  await settled();
  assert.equal(drawing.links.at(-1), true);
  last().opens();
  assert.equal(drawing.links.at(-1), false);
  mock.timers.tick(5000);
  assert.equal(asked.length, 1);
});
