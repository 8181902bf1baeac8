// The range of costs at the composer follows what is typed, without a request for each letter: the
// page says what an empty question costs, and what each further token does.
import { mounting } from "../mounting.js";

const INPUT = '[data-testid="stChatInput"] textarea';
const LINE = '.st-key-next-turn [data-testid="stCaptionContainer"]';
const PAUSE_MS = 250; // while one types on, nothing is counted

/**
 * As Streamlit mounts it; it draws into the line below the composer. `data` has the range as it is
 * `shown`, its ends `low` and `high` and what a token adds, in dollars, whether some cost is
 * `unknown`, and `costs`: patterns, and how many tokens each find of them is.
 */
export const price = mounting(() => new TypedPrice());

class TypedPrice {
  constructor() {
    this.soon = () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.draw(), PAUSE_MS);
    };
    this.typed = ({ target }) => target.matches?.(INPUT) && this.soon();
    addEventListener("input", this.typed, true);
    // The line is drawn anew with the page, and the input is emptied when a question is sent.
    this.changes = new MutationObserver(() => {
      const state = `${line()?.textContent} ${Boolean(composer()?.value)}`;
      if (state === this.seen) return;
      this.seen = state;
      this.soon();
    });
    this.changes.observe(document.body, { childList: true, subtree: true, characterData: true });
  }

  tell(told) {
    this.told = told;
    this.patterns = told.costs.map(([pattern, tokens]) => [new RegExp(pattern, "gu"), tokens]);
    this.counted = { text: "", tokens: 0 };
    this.soon();
  }

  close() {
    clearTimeout(this.timer);
    removeEventListener("input", this.typed, true);
    this.changes.disconnect();
  }

  draw() {
    const text = composer()?.value ?? "";
    const wanted = text ? range(this.told, this.tokensOf(text)) : this.told.shown;
    const words = line() && document.createTreeWalker(line(), NodeFilter.SHOW_TEXT);
    while (words?.nextNode()) {
      const node = words.currentNode;
      const old = [this.told.shown, this.shown].find((each) => each && node.data.trimEnd().endsWith(each));
      if (!old) continue;
      if (old !== wanted) node.data = `${node.data.trimEnd().slice(0, -old.length)}${wanted} `;
      this.shown = wanted;
      return;
    }
  }

  tokensOf(text) {
    if (text !== this.counted.text) {
      const found = this.patterns.map(([pattern, tokens]) => tokens * (text.match(pattern)?.length ?? 0));
      this.counted = { text, tokens: Math.ceil(found.reduce((sum, each) => sum + each, 0)) };
    }
    return this.counted.tokens;
  }
}

const composer = () => [...document.querySelectorAll(INPUT)].at(-1); // an old one may still fade
const line = () => document.querySelector(LINE);

/** `$0.0012 to $0.0031`, as the page writes it. */
function range({ low, high, lowPerToken, highPerToken, unknown }, tokens) {
  const ends = [low + lowPerToken * tokens, high + highPerToken * tokens].map(dollars);
  return `${[...new Set(ends)].join(" to ")}${unknown ? " + unknown" : ""}`;
}

function dollars(usd) {
  if (!usd) return "$0";
  if (usd < 0.0001) return "<$0.0001";
  const digits = usd < 1 ? 4 : 2;
  return `$${usd.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits })}`;
}
