// A turn of a chat: its question; where it rests, also the answer that was continued from.
import { Copying } from "../controls/copy.js";
import { button, make } from "../controls/elements.js";
import { Menu } from "../controls/menu.js";
import { GrowingText } from "../markdown/index.js";
import { drawWhenNear, forget } from "./drawing_later.js";
import { estimatedHeight } from "./height.js";
import { Question } from "./question.js";

const HEADING_LEVEL = 3; // of who wrote the answer

/** One turn. */
export class Turn {
  /**
   * @param {(asked: object) => void} act  Has the page do something with the turn.
   * @param {number} longest  Most characters of a question.
   */
  constructor(act, longest) {
    this.act = act;
    this.question = new Question(act, longest);
    this.answer = make("div", "resting");
    this.node = make("section", "turn", this.question.node, this.answer);
  }

  /**
   * @param {object} told
   * @param {number} told.number  In the chat, from 1.
   * @param {string} told.question
   * @param {boolean} [told.fixed]  Whether the question cannot be edited.
   * @param {string[]} [told.versions]  The turns that stand in this one's place, if several.
   * @param {{heading: string, by?: string, text?: string}} [told.answer]  Where it rests.
   * @param {boolean} busy  Whether an answer of the chat is being written.
   */
  tell(told, busy) {
    this.question.tell(told, busy);
    const said = JSON.stringify(told.answer);
    if (this.said === said) return;
    this.said = said;
    if (told.answer) this.rest(told);
  }

  rest({ number, question, answer: { heading, by, text } }) {
    const title = make("h2", "said", heading);
    this.node.querySelector("h2")?.remove();
    this.node.prepend(title);
    this.node.classList.add("rests");
    this.node.style.setProperty("--tall", `${estimatedHeight(question) + estimatedHeight(text ?? "")}px`);
    forget(this.box);
    this.box = make("div", "text");
    const none = make("p", "faint", "The next question didn't include an answer.");
    const parts = by ? [make("h3", "by", by), this.box] : [none];
    this.answer.replaceChildren(...parts, make("footer", "actions", ...this.actions(number, by, text)));
    if (by) drawWhenNear(this.box, text, () => drawMarkdown(this.box, text));
  }

  actions(number, by, text) {
    const label = "Layers, versions and costs";
    const name = `${label} of question ${number}`;
    const press = () => this.act({ do: "open" });
    const open = button({ name, label, sign: "unfold_more", className: "quiet", press });
    if (!by) return [open];
    const copying = new Copying({
      name: `Copy the answer to question ${number}`, label: "Copy", text: () => text, writer: by,
    });
    const more = new Menu({ name: `More for the answer to question ${number}`, items: () => copying.forms() });
    return [copying.node, open, more.node];
  }

  /** Where it begins in the window. */
  get top() {
    return this.node.getBoundingClientRect().top;
  }

  focus() {
    this.question.node.tabIndex = -1;
    this.question.node.focus({ preventScroll: true });
  }

  close() {
    forget(this.box);
    this.node.remove();
  }
}

function drawMarkdown(box, text) {
  const growing = new GrowingText(box, { under: HEADING_LEVEL });
  growing.add(text);
  growing.draw(true);
}
