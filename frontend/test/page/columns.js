import "../page.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { COLUMN_MIN_PX, GAP_PX, divide } from "../../src/run/columns.js";

const SIDEBAR = 256;
const PADDING = 2 * 32;
const SCROLL_BAR = 15;
const room = (window) => window - SIDEBAR - PADDING - SCROLL_BAR;

for (const [window, columns] of [[1280, 2], [1440, 3], [1920, 4], [2560, 6]]) {
  test(`a window of ${window} px shows ${columns} columns side by side`, () => {
    const { fit, column } = divide(room(window), 6);
    assert.equal(fit, columns);
    assert.ok(column >= COLUMN_MIN_PX);
  });
}

test("a phone shows one column and the edge of the next", () => {
  const { fit, column } = divide(358, 3);
  assert.equal(fit, 1);
  assert.ok(column + GAP_PX < 358);
});

test("columns that all fit share the row", () => {
  assert.deepEqual(divide(1000, 2), { fit: 2, column: 492 });
});
