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

  // As moa_core/tokens.py: what matches, and the tokens that each match costs on average.
  const COSTS = [
    [/[A-Z]?[a-zß-ɏḀ-ỿ]+|[A-Z]+/gu, 1],
    [/[A-Za-zß-ɏ]{10,20}/gu, 0.7],
    [/\d{1,3}/gu, 1],
    [/[!-/:-@[-`{-~¡-¿\u2000-\u25ff\u2b00-\u303f\uff00-\uff65]+/gu, 1],
    [/[!-/:-@[-`{-~]{3}/gu, 0.3],
    [/(?<=[\p{L}\p{N}_ ])\n+/gu, 1],
    [/[À-\u036fḀ-\u1fff\u3040-\u33ff]/gu, 0.6],
    [/[\u0370-\u03ff\u0530-\u1dff]/gu, 0.4],
    [/[\u0400-\u052f]/gu, 0.27],
    [/[\u3400-\ufdff]/gu, 0.8],
    [/[\u2600-\u2aff\ufe00-\ufe0f\u{10000}-\u{10ffff}]/gu, 1.5],
  ];
  const tokensOf = (text) =>
    Math.ceil(COSTS.reduce((sum, [pattern, cost]) => sum + cost * (text.match(pattern)?.length ?? 0), 0));

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
    if (text !== counted.text) counted = { text, tokens: tokensOf(text) };
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
