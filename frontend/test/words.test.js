import assert from "node:assert/strict";
import { test } from "node:test";
import { clock, inShort, seatStatus, tally } from "../src/run/words.js";

test("a clock that runs shows whole seconds, and minutes", () => {
  assert.equal(clock(6.9), "6 s");
  assert.equal(clock(185), "3 min 5 s");
  assert.equal(clock(-1), "0 s");
});

test("a layer's clock stands still when it has ended", () => {
  assert.equal(tally({ doing: "2 models · queued" }, 5), "2 models · queued");
  assert.equal(tally({ doing: "1 of 2 answered", started_s: 1 }, 7.5), "1 of 2 answered · 6 s");
  assert.equal(tally({ doing: "2 of 2 answered", started_s: 1, took: "6.2 s" }, 99), "2 of 2 answered · 6.2 s");
});

test("a column says what it waits for, since when, and when it times out", () => {
  const waiting = { status: "waiting", doing: "waiting for first token" };
  const said = (quiet, nowS, told = waiting) => seatStatus({ ...told, quiet }, nowS);
  assert.equal(said(undefined, 1), "waiting for first token");
  assert.equal(said({ since_s: 0 }, 9), "waiting for first token · 9 s");
  assert.equal(said({ since_s: 0, gives_up_s: 60 }, 43), "waiting for first token · 43 s · times out in 17 s");
  assert.equal(
    said({ since_s: 0, sign_s: 40 }, 43), "waiting for first token · 43 s · still connected, last signal 3 s ago");
  const writing = { status: "writing", doing: "writing" };
  assert.equal(said({ since_s: 5, gives_up_s: 35 }, 15, writing), "no output for 10 s · times out in 20 s");
});

test("who is late is not waited for, and came too late in the end", () => {
  const told = { status: "writing", doing: "writing", late: true, left_out: true };
  assert.equal(seatStatus(told, 0), "not waited for · writing");
  assert.equal(inShort(told), "not waited for");
  const ended = { ...told, status: "succeeded", doing: "9 tokens", cost: "$0.01", took: "9 s" };
  assert.equal(seatStatus(ended, 0), "came too late · 9 tokens");
  assert.equal(inShort(ended), "too late · $0.01");
});

test("what is kept or left out says so", () => {
  const told = { status: "succeeded", doing: "9 tokens · 2.0 s", took: "2.0 s", cost: "$0.01" };
  assert.equal(seatStatus({ ...told, kept: true, left_out: true }, 0), "left out · kept · 9 tokens · 2.0 s");
  assert.equal(inShort(told), "2.0 s · $0.01");
  assert.equal(inShort({ status: "failed", doing: "failed" }), "failed");
});
