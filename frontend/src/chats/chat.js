// A chat in a list: its title, which opens it, a line about it, and its menu.
import { make } from "../controls/elements.js";
import { Menu } from "../controls/menu.js";

/** One chat. */
export class Chat {
  /** @param {(asked: object) => void} act  Has the page open it, or do what its menu says. */
  constructor(act) {
    this.title = make("span", "title");
    this.title.dir = "auto";
    this.about = make("span", "about");
    this.opener = make("button", "open", this.title, this.about);
    this.opener.type = "button";
    this.opener.addEventListener("click", () => act({ do: "open" }));
    this.menu = new Menu({
      name: "",
      sign: "more_vert",
      items: () => this.entries.map((entry) => ({ label: entry, press: () => act({ do: "menu", entry }) })),
    });
    this.node = make("li", "chat", this.opener, this.menu.node);
  }

  /**
   * @param {object} told
   * @param {string} told.uid
   * @param {string} told.title
   * @param {string} told.called  What its menu is called after.
   * @param {string} told.about
   * @param {boolean} told.running
   * @param {string[]} entries  Of its menu.
   * @param {boolean} opened  Whether the page shows it.
   */
  tell({ uid, title, called, about, running }, entries, opened) {
    this.entries = entries;
    const said = JSON.stringify([title, called, about, running, opened]);
    if (this.said === said) return;
    this.said = said;
    this.node.dataset.chat = uid;
    this.node.classList.toggle("running", running);
    this.title.textContent = this.opener.title = title;
    this.about.replaceChildren(about, running ? make("span", "said", ", being answered") : "");
    if (opened) this.opener.setAttribute("aria-current", "page");
    else this.opener.removeAttribute("aria-current");
    this.menu.rename(`Menu of “${called}”`);
  }
}
