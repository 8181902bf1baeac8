// The one row of actions below an answer.
import { Copying } from "../controls/copy.js";
import { button, icon, make, rename } from "../controls/elements.js";
import { Menu } from "../controls/menu.js";

/** Copy, rewrite, continue from it, sources, compare, and what else can be done. */
export class AnswerActions {
  /**
   * @param {import("./proposal.js").Deeds} deeds
   * @param {() => string} text
   * @param {() => string} writer  Who wrote it.
   */
  constructor(deeds, text, writer) {
    Object.assign(this, { deeds, text, writer });
    this.node = make("footer", "actions");
  }

  /** @param {?object} page  What the page can do now. */
  draw(page, { ended, written, read }) {
    if (!ended) return this.node.replaceChildren();
    const name = this.deeds.named("Copy the answer");
    this.copying = written && new Copying({ name, label: "Copy", text: this.text, writer: this.writer() });
    this.read = read;
    const row = [this.copying?.node, ...(page ? this.offered(page, written) : [])];
    this.node.replaceChildren(...row.filter(Boolean));
  }

  offered(page, written) {
    const { rewrite, use, sources, aside, open, compare, mix, busy } = page;
    const marked = sources ? this.act("sources", "Sources", "join") : undefined;
    if (marked) marked.title = "Which proposals each sentence resembles: similarity, not proof";
    marked?.setAttribute("aria-pressed", String(aside === "sources"));
    const form = rewrite ? this.act("rewrite", rewrite, "merge") : undefined;
    form?.setAttribute("aria-expanded", String(open === "rewrite"));
    return [
      form,
      use && written && this.act("use-answer", use, "subdirectory_arrow_right"),
      marked,
      compare && this.link("compare", "Compare", "Compare proposals and answers side by side", "compare", compare),
      mix && this.link("mix", "Did the mix help?", "Judge this answer against its best draft, without names", "balance", mix),
      page.replay && new Menu({ name: this.deeds.named("More for the answer"), items: () => this.more(page) }).node,
    ];
  }

  more({ busy, share: offersSharing }) {
    const press = busy ? undefined : () => this.deeds.replay();
    const forms = this.copying ? this.copying.forms() : [];
    const read = this.read ? [{ text: this.read }] : [];
    const share = { label: "Share …", sign: "share", press: () => this.deeds.act({ do: "share" }), why: "Make a link to this question and answer" };
    return [...read, ...forms, ...(offersSharing ? [share] : []), { label: "Replay this run", sign: "replay", press, why: "Watch it again at its own pace; nobody is asked" }];
  }

  act(verb, label, sign) {
    const name = this.deeds.named(label);
    return button({ name, label, sign, className: "quiet", press: () => this.deeds.act({ do: verb }) });
  }

  /** A link that another tab can open; in this one, the page goes there without loading anew. */
  link(verb, label, title, sign, address) {
    const node = make("a", "quiet", icon(sign), make("span", "", label));
    node.href = address;
    node.title = title;
    rename(node, this.deeds.named(label), label);
    node.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
      event.preventDefault();
      this.deeds.act({ do: verb });
    });
    return node;
  }
}
