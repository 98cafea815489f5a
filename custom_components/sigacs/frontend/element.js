/** Small helpers for elements that work out, and write into the page, only what changed. */

/** A function of texts and numbers that remembers its last result. */
export function remembering(work) {
  let known;
  let result;
  return (...about) => {
    const key = about.join("|");
    if (key !== known) [known, result] = [key, work(...about)];
    return result;
  };
}

/** Set properties of a node: those that are another value than before. */
export function show(node, properties) {
  for (const [name, value] of Object.entries(properties)) if (node[name] !== value) node[name] = value;
}

/** Set attributes of a node likewise; null takes one away. */
export function mark(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null) node.removeAttribute(name);
    else if (node.getAttribute(name) !== String(value)) node.setAttribute(name, value);
  }
}

/** Set custom properties of a node's style likewise. */
export function style(node, properties) {
  for (const [name, value] of Object.entries(properties)) {
    if (node.style.getPropertyValue(name) !== value) node.style.setProperty(name, value);
  }
}

/** Let a node hold so many children as there are items: each made by `make`, then written by `write`. */
export function list(node, items, make, write) {
  while (node.children.length > items.length) node.lastElementChild.remove();
  while (node.children.length < items.length) node.append(make());
  items.forEach((item, index) => write(node.children[index], item));
}

/** An element with a class, if it wants one, and what is in it. */
export function make(tag, name, ...children) {
  const node = document.createElement(tag);
  if (name) node.className = name;
  node.append(...children);
  return node;
}

/** Let a node hold the children of items: kept by key, moved only when the order is another. */
export function keyed(parent, items, keyOf, create, update) {
  const kept = new Map([...parent.children].map((node) => [node.dataset.key, node]));
  let at = parent.firstElementChild;
  for (const item of items) {
    const key = keyOf(item);
    const node = kept.get(key) ?? create();
    node.dataset.key = key;
    kept.delete(key);
    update(node, item);
    if (node === at) at = at.nextElementSibling;
    else parent.insertBefore(node, at);
  }
  for (const node of kept.values()) node.remove();
}
