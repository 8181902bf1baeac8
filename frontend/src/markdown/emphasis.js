// Lets stars and tildes mark words beside punctuation where CommonMark's rules would not:
// **「重要」**です, **Note:**text. Languages without spaces leave authors no other way.
const SIGN = /[\p{P}\p{S}]/u;
const OPENING = /[\p{Ps}\p{Pi}]/u;
const OPENS = /[\p{Ps}\p{Pi}\p{S}"']/u;
// Letters of scripts that put no spaces between words.
const UNSPACED = new RegExp(
  "[\\u0e00-\\u0eff\\u1000-\\u109f\\u1100-\\u11ff\\u1780-\\u17ff\\u2e80-\\ua4cf\\ua960-\\ua97f\\uac00-\\ud7ff" +
  "\\uf900-\\ufaff\\uff10-\\uff19\\uff21-\\uff3a\\uff41-\\uff5a\\uff66-\\uffdc\\u{16fe0}-\\u{3ffff}]", "u");
const PLACE = /[\u{100000}-\u{10fffd}]/u; // of a mark behind a sentence: what stands before it ends there
const OPEN_BOLD = /(?:^|[\s([“"'—-])\*\*(?=[^\s*])[^*\n]+$/;

/** @param {import("markdown-it").default} parser */
export function emphasisBesidePunctuation(parser) {
  parser.inline.State = class extends parser.inline.State {
    scanDelims(start, canSplitWord) {
      const run = super.scanDelims(start, canSplitWord);
      const before = characterBefore(this.src, start);
      const after = characterAt(this.src, start + run.length);
      if (PLACE.test(after)) return { ...run, can_open: false, can_close: /\S/.test(before) };
      if (!canSplitWord) return run; // underscores stay within CommonMark
      if (endsMarkedWords(this.src, start, run.length, before, after)) run.can_close = true;
      if (OPENS.test(after) && UNSPACED.test(before) && !SIGN.test(before)) run.can_open = true;
      return run;
    }
  };
}

function endsMarkedWords(source, start, length, before, after) {
  if (!SIGN.test(before) || OPENING.test(before) || SIGN.test(after)) return false;
  if (UNSPACED.test(after)) return true;
  if (length !== 2 || !/[\p{L}\p{N}]/u.test(after)) return false;
  const line = source.lastIndexOf("\n", start - 1) + 1;
  return OPEN_BOLD.test(source.slice(line, start));
}

const characterAt = (text, at) => (at < text.length ? String.fromCodePoint(text.codePointAt(at)) : "");

function characterBefore(text, at) {
  const last = text.charCodeAt(at - 1);
  const isLow = last >= 0xdc00 && last <= 0xdfff;
  return isLow ? characterAt(text, at - 2) : text.slice(at - 1, at);
}
