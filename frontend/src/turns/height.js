// Says about how high a text will be, so that the scroll bar is right before it is drawn.
const LINE_PX = 26;
const CHARS_PER_LINE = { wide: 105, narrow: 44 };
const NARROW_PX = 700;

/**
 * @param {string} text
 * @returns {number} pixels
 */
export function estimatedHeight(text) {
  const width = CHARS_PER_LINE[innerWidth < NARROW_PX ? "narrow" : "wide"];
  const lines = text.split("\n").map((line) => Math.max(0.6, Math.ceil(line.length / width)));
  return Math.round(LINE_PX * lines.reduce((sum, each) => sum + each, 1));
}
