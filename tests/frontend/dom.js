/** As much of a page as a card needs to be drawn in Node; each change of a node is counted in `touched`. */

export const touched = { count: 0 };

class Node {
  #parent = null;
  #text = "";
  #attributes = new Map();
  dataset = {};
  children = [];

  constructor(tag = "element") {
    this.tag = tag;
  }

  get isConnected() {
    return this === document.body || Boolean(this.#parent?.isConnected);
  }

  get textContent() {
    return this.#text + this.children.map((child) => child.textContent).join("");
  }

  set textContent(text) {
    touched.count++;
    this.#text = text;
  }

  get firstElementChild() {
    return this.children[0] ?? null;
  }

  get nextElementSibling() {
    const { children } = this.#parent;
    return children[children.indexOf(this) + 1] ?? null;
  }

  getAttribute(name) {
    return this.#attributes.get(name) ?? null;
  }

  setAttribute(name, value) {
    touched.count++;
    this.#attributes.set(name, value);
    if (name.startsWith("data-")) this.dataset[name.slice(5)] = value;
  }

  append(...children) {
    for (const child of children) this.insertBefore(child, null);
  }

  insertBefore(child, before) {
    touched.count++;
    child.#detach();
    const at = before ? this.children.indexOf(before) : this.children.length;
    this.children.splice(at, 0, child);
    child.#parent = this;
    child.connectedCallback?.();
  }

  remove() {
    touched.count++;
    this.#detach();
    this.disconnectedCallback?.();
  }

  #detach() {
    const siblings = this.#parent?.children;
    siblings?.splice(siblings.indexOf(this), 1);
    this.#parent = null;
  }

  /** `tag` or `.class`, as deep as it is. */
  querySelectorAll(selector) {
    const found = this.children.flatMap((child) => [child, ...child.querySelectorAll("*")]);
    const is = (node) =>
      selector === "*" || (selector[0] === "." ? node.className === selector.slice(1) : node.tag === selector);
    return found.filter(is);
  }

  querySelector(selector) {
    return this.querySelectorAll(selector)[0] ?? null;
  }

  attachShadow() {
    this.shadowRoot = new Node("shadow");
    this.append(this.shadowRoot);
    return this.shadowRoot;
  }

  dispatchEvent(event) {
    (document.events ??= []).push(event);
  }
}

export const document = { body: new Node("body"), createElement: (tag) => new Node(tag) };

Object.assign(globalThis, { document, HTMLElement: Node });
