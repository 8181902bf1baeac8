// Brings a text into the form that is parsed: line feeds as its only line ends, no controls.
const LINE_BREAK = /\r\n?/g;
const BLANK = /[\x0b\x0c\x1c-\x1f\x85\u2028\u2029]/g;
const NOT_SHOWN = /[\x01-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ufeff\ufff9-\ufffb]/g;

/**
 * @param {string} text as it came; not cut between a carriage return and its line feed
 * @returns {string} what separates lines elsewhere is a blank, what is no character is U+FFFD
 */
export function withoutControls(text) {
  return text.replace(LINE_BREAK, "\n").replace(BLANK, " ").replace(/\0/g, "\ufffd").replace(NOT_SHOWN, "");
}
