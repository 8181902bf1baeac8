// The chats of the sidebar, as Streamlit mounts them: under headings, each with its menu.
import { arrange, icon, make } from "../controls/elements.js";
import { mounting } from "../mounting.js";
import { Chat } from "./chat.js";

export const chats = mounting((parent) => new Chats(parent));

class Chats {
  constructor(parent) {
    this.root = parent.appendChild(make("div", "polyphony chats"));
    this.groups = new Map(); // by heading
    this.chats = new Map(); // by uid
  }

  /** Draws the chats in their order; those that stay are not touched, nor is a focus lost. */
  tell({ groups, opened }) {
    const said = JSON.stringify([groups, opened]);
    if (this.said === said) return;
    this.said = said;
    const focused = this.root.contains(document.activeElement) && document.activeElement;
    const before = this.chats;
    this.chats = new Map();
    this.groups = new Map(groups.map((told) => [told.heading, this.groups.get(told.heading) ?? group(told)]));
    for (const { heading, menu, chats } of groups) {
      const shown = chats.map((told) => this.show(told, menu, opened, before));
      arrange(this.groups.get(heading).list, shown);
    }
    arrange(this.root, [...this.groups.values()].map(({ node }) => node));
    if (focused?.isConnected && document.activeElement !== focused) focused.focus({ preventScroll: true });
  }

  show(told, menu, opened, before) {
    const { uid } = told;
    const chat = before.get(uid) ?? new Chat((asked) => this.trigger("asked", { ...asked, chat: uid }));
    chat.tell(told, menu, uid === opened);
    this.chats.set(uid, chat);
    return chat.node;
  }

  close() {
    this.root.remove();
  }
}

function group({ heading, sign }) {
  const title = make("p", "heading", sign && icon(sign), make("span", "", heading));
  const list = make("ul");
  const node = make("div", "group", title, list);
  node.setAttribute("role", "group");
  node.setAttribute("aria-label", heading);
  return { node, list };
}
