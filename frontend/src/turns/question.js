// A question of a chat: as it was typed, the other versions of it, and its editor.
import { Copying } from "../controls/copy.js";
import { button, icon, make } from "../controls/elements.js";
import { drawTyped } from "../texts/typed.js";
import { QuestionEditor } from "./question_editor.js";

/** What was asked. */
export class Question {
  /**
   * @param {(asked: object) => void} act
   * @param {number} longest  Most characters of a question.
   */
  constructor(act, longest) {
    Object.assign(this, { act, longest });
    this.words = make("div", "words");
    this.files = make("div", "files");
    this.tools = make("div", "question-tools");
    this.node = make("div", "question", make("span", "avatar", icon("person")), make("div", "asked", this.words, this.files), this.tools);
    this.node.setAttribute("role", "group");
  }

  tell({ turn, number, question, versions, fixed, files = [] }, busy) {
    this.editor?.tell(busy);
    const said = JSON.stringify([number, question, versions, fixed, files, busy]);
    if (this.said === said) return;
    this.said = said;
    this.node.setAttribute("aria-label", fixed ? "Question" : "Your question");
    if (this.text !== question) drawTyped(this.words, question);
    this.text = question;
    this.files.replaceChildren(...files.map((file, at) => this.chip(file, at)));
    this.files.hidden = !files.length;
    this.drawTools({ turn, number, versions, fixed, busy });
  }

  /** A file that was attached, which opens by a click. */
  chip({ name, about, sign, picture }, at) {
    const press = () => this.act({ do: "file", at });
    const node = button({ name: `Open ${name}, ${about}`, className: "file", press });
    const image = picture && make("img");
    if (image) Object.assign(image, { src: picture, alt: "" });
    const called = make("span", "file-name", name);
    called.title = name;
    node.append(image || icon(sign), make("span", "file-about", called, make("span", "faint", about)));
    return node;
  }

  drawTools({ turn, number, versions, fixed, busy }) {
    const copying = new Copying({ name: `Copy question ${number}`, text: () => this.text });
    const others = versions && !busy ? this.otherVersions(turn, number, versions) : [];
    this.opener = button({ name: `Edit question ${number}`, sign: "edit", press: () => this.edit(busy) });
    this.opener.title = "Edit question. The old version stays as a branch.";
    this.opener.disabled = Boolean(busy);
    this.tools.replaceChildren(...others, copying.node, ...(fixed ? [] : [this.opener]));
  }

  /** ``< 2 of 3 >``. */
  otherVersions(turn, number, versions) {
    const at = versions.indexOf(turn);
    const step = (to, name, sign) => {
      const press = () => this.act({ do: "version", version: versions[to] });
      const node = button({ name, sign, press });
      node.disabled = !versions[to];
      return node;
    };
    return [
      step(at - 1, `Earlier version of question ${number}`, "chevron_left"),
      make("span", "count", `${at + 1} of ${versions.length}`),
      step(at + 1, `Later version of question ${number}`, "chevron_right"),
    ];
  }

  edit(busy) {
    if (this.editor) return;
    this.editor = new QuestionEditor(this.text, this.longest, {
      send: (text) => this.act({ do: "ask-instead", text }),
      cancel: () => this.endEditing(),
    });
    this.editor.tell(busy);
    this.words.hidden = this.tools.hidden = true;
    this.node.append(this.editor.node);
    this.editor.focus();
  }

  endEditing() {
    this.editor.node.remove();
    this.editor = null;
    this.words.hidden = this.tools.hidden = false;
    this.opener.focus();
  }
}
