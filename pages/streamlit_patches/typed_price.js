// Streamlit tells nobody what is typed into its chat input before it is sent. The range of costs
// below it follows what is typed all the same: the page says what an empty question costs, and
// what each further token does (pages/widgets/chat/typed_price.py).
(() => {
  if (window.pricesDrafts) return; // loaded again with the page's elements
  window.pricesDrafts = true;
  const INPUT = '[data-testid="stChatInput"] textarea';
  const TOLD = ".st-key-typed-price [data-price]";
  const LINE = '.st-key-next-turn [data-testid="stCaptionContainer"]';
  const PAUSE_MS = 250; // while one types on, nothing is counted

  let counts = { written: "", patterns: [] };
  const patternsOf = (costs) => {
    const written = JSON.stringify(costs);
    if (counts.written !== written) {
      counts = { written, patterns: costs.map(([pattern, tokens]) => [new RegExp(pattern, "gu"), tokens]) };
    }
    return counts.patterns;
  };
  const tokensOf = (text, costs) =>
    Math.ceil(patternsOf(costs).reduce((sum, [pattern, tokens]) => sum + tokens * (text.match(pattern)?.length ?? 0), 0));

  const dollars = (usd) => {
    if (!usd) return "$0";
    if (usd < 0.0001) return "<$0.0001";
    const digits = usd < 1 ? 4 : 2;
    return `$${usd.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits })}`;
  };
  const range = ({ low, high, lowPerToken, highPerToken, unknown }, tokens) => {
    const ends = [low + lowPerToken * tokens, high + highPerToken * tokens].map(dollars);
    return `${[...new Set(ends)].join(" to ")}${unknown ? " + unknown" : ""}`;
  };

  let shown = null; // the range as it stands in the line
  let counted = { text: "", tokens: 0 };
  let timer;

  const draw = () => {
    const told = document.querySelector(TOLD)?.dataset.price;
    const line = document.querySelector(LINE);
    if (!told || !line) return;
    const price = JSON.parse(told);
    const text = [...document.querySelectorAll(INPUT)].at(-1)?.value ?? "";
    if (text !== counted.text) counted = { text, tokens: tokensOf(text, price.costs) };
    const wanted = text ? range(price, counted.tokens) : price.shown;
    const words = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
    while (words.nextNode()) {
      const node = words.currentNode;
      const old = [price.shown, shown].find((each) => each && node.data.trimEnd().endsWith(each));
      if (!old) continue;
      if (old !== wanted) node.data = `${node.data.trimEnd().slice(0, -old.length)}${wanted} `;
      shown = wanted;
      return;
    }
  };
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(draw, PAUSE_MS);
  };

  addEventListener("input", ({ target }) => target.matches?.(INPUT) && soon(), true);
  // The line is drawn anew with the page, and the input is emptied when a question is sent.
  let seen = "";
  new MutationObserver(() => {
    const told = document.querySelector(TOLD)?.dataset.price ?? "";
    const state = `${told} ${document.querySelector(LINE)?.textContent} ${Boolean(document.querySelector(INPUT)?.value)}`;
    if (state === seen) return;
    seen = state;
    soon();
  }).observe(document.body, { childList: true, subtree: true, characterData: true });
})();
