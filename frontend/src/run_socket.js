// Follows runs over one WebSocket a page, as docs/run-stream.md describes. After a break each goes on where it was;
// where no socket gets through, a page asks again and again instead.

const VERSION = 1;
const WAITS_MS = [200, 500, 1000, 2000, 5000];
const POLL_MS = 1000;
/** After so many sockets over which nothing came, the page polls, and goes on trying. */
const HOPELESS = 3;
/** Closes that say that we are not understood: the server is of another version than this page. */
const NOT_UNDERSTOOD = new Set([1007, 1009]);

/**
 * @typedef {object} Follower
 * @property {() => {of: string, have: number[][]}} have  What is drawn of each seat: page, length of answer and of reasoning.
 * @property {(news: object) => void} onNews  Hears every message.
 * @property {(lost: boolean) => void} onLink  Hears that the connection is lost, or there again.
 * @property {(end: "done"|"gone"|"refused"|"ticket"|"outdated") => void} onEnd  Hears that nothing more comes.
 */

/** The connection of one page. */
export class RunSocket {
  #followed = new Map(); // followers by name
  #socket;
  #timer;
  #failed = 0; // sockets in a row over which nothing came
  #polling;
  #asking = new Set(); // names whose answer to a poll is still to come
  #held = []; // commands given while nothing gets through; they go out once something does

  /** What says whose runs this page may follow, where people sign in. @type {string|undefined} */
  ticket;

  /** @param {URL} base  What the server's routes stand below; ends with a slash. */
  constructor(base) {
    this.base = base;
  }

  /** Connects before anything is followed, so that the first text need not wait for it. */
  open() {
    if (this.#socket || this.#timer) return;
    this.#connect();
  }

  /**
   * Follows a run. Several may follow one: then each break costs them its whole text. A command that is given
   * while the connection is lost is sent once it is back, unless the run has ended or is left by then.
   * @param {string} name
   * @param {Follower} follower
   */
  follow(name, follower) {
    const followers = this.#followed.get(name) ?? new Set();
    this.#followed.set(name, followers.add(follower));
    this.open();
    this.#subscribe(name);
    if (this.#polling) this.#poll(name);
    return {
      send: (command) => this.#command({ ...command, run: name }),
      close: () => this.#leave(name, follower),
    };
  }

  #leave(name, follower) {
    const followers = this.#followed.get(name);
    if (!followers?.delete(follower) || followers.size) return;
    this.#forget(name);
    if (this.#isOpen) this.#socket.send(JSON.stringify({ unsubscribe: name }));
  }

  #forget(name) {
    this.#followed.delete(name);
    this.#held = this.#held.filter(({ run }) => run !== name);
  }

  #connect() {
    this.#timer = undefined;
    const url = new URL("runs/stream", this.base);
    url.protocol = url.protocol.replace("http", "ws");
    const socket = new WebSocket(url);
    this.#socket = socket;
    socket.onopen = () => {
      this.#stopPolling();
      for (const name of this.#followed.keys()) this.#subscribe(name);
      this.#release();
      this.#tell(false);
    };
    socket.onmessage = ({ data }) => {
      this.#failed = 0;
      this.#take(data);
    };
    socket.onclose = ({ code }) => this.#closed(code);
  }

  #closed(code) {
    this.#socket = undefined;
    if (NOT_UNDERSTOOD.has(code)) return this.#giveUp();
    if (!this.#followed.size) return;
    const wait = WAITS_MS[Math.min(this.#failed++, WAITS_MS.length - 1)];
    if (this.#failed < HOPELESS) this.#tell(true);
    else this.#startPolling();
    this.#timer = setTimeout(() => this.#connect(), wait);
  }

  /** Connects anew at once: the network is another one, and the old socket may never say that it is dead. */
  reconnect() {
    this.#failed = 0;
    if (this.#socket) return this.#socket.close();
    if (!this.#timer) return;
    clearTimeout(this.#timer);
    this.#connect();
  }

  get #isOpen() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  #subscribe(name) {
    if (this.#isOpen) this.#socket.send(JSON.stringify(this.#subscription(name)));
  }

  #subscription(name) {
    const [first, ...more] = this.#followed.get(name);
    const { of, have } = first.have();
    return this.#admitted(more.length || !have.length ? { subscribe: name } : { subscribe: name, of, have });
  }

  #admitted(frame) {
    return this.ticket ? { ...frame, ticket: this.ticket } : frame;
  }

  #command(frame) {
    if (this.#isOpen) this.#socket.send(JSON.stringify(frame));
    else if (this.#polling) this.#post(this.#admitted(frame)).catch(() => this.#held.push(frame));
    else this.#held.push(frame);
  }

  #release() {
    for (const frame of this.#held.splice(0)) this.#command(frame);
  }

  #take(text) {
    const news = JSON.parse(text);
    if (news.v !== undefined && news.v !== VERSION) return this.#giveUp();
    const followers = this.#followed.get(news.run) ?? [];
    if (!news.end) return followers.forEach((follower) => follower.onNews(news));
    this.#forget(news.run);
    followers.forEach((follower) => follower.onEnd(news.end));
  }

  #tell(lost) {
    for (const followers of this.#followed.values()) followers.forEach((follower) => follower.onLink(lost));
  }

  #giveUp() {
    const followed = [...this.#followed.values()];
    this.#followed.clear();
    this.#stopPolling();
    this.#socket?.close();
    followed.forEach((followers) => followers.forEach((follower) => follower.onEnd("outdated")));
  }

  #startPolling() {
    this.#polling ??= setInterval(() => [...this.#followed.keys()].forEach((name) => this.#poll(name)), POLL_MS);
  }

  #stopPolling() {
    clearInterval(this.#polling);
    this.#polling = undefined;
  }

  async #poll(name) {
    if (this.#asking.has(name)) return;
    this.#asking.add(name);
    try {
      const lines = await this.#post(this.#subscription(name));
      if (!this.#polling) return; // a socket has opened meanwhile, and told it
      for (const line of lines) this.#take(line);
      this.#release();
      this.#tell(false);
    } catch {
      this.#tell(true);
    } finally {
      this.#asking.delete(name);
    }
  }

  async #post(frame) {
    const url = new URL("runs/poll", this.base);
    const answer = await fetch(url, { method: "POST", body: JSON.stringify(frame) });
    if (!answer.ok) throw new Error(`${answer.status}`);
    return (await answer.text()).split("\n").filter(Boolean);
  }
}

let page;

/** The connection of this page; the bundle stands below the server's base path. */
export function runSocket() {
  if (!page) {
    page = new RunSocket(new URL("../", import.meta.url));
    window.addEventListener("online", () => page.reconnect());
  }
  return page;
}

/** @param {string} name @param {Follower} follower */
export const follow = (name, follower) => runSocket().follow(name, follower);
