// Keys for people who plan all day. A view registers its own; `?` lists those of the page.
// A key works only where nobody types, and never together with Ctrl, Alt or Meta. A key may have
// several actions: the one that was registered last comes first, and passes the key by `false`.
const shortcuts = new Map();

// `key`: as KeyboardEvent.key has it. `action` gets the event; it returns false to let the key pass.
export function shortcut(key, words, action) {
  shortcuts.set(key, [{ words, action }, ...(shortcuts.get(key) ?? [])]);
}

const isTyping = ({ target }) => target.closest?.("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");

document.addEventListener("keydown", (event) => {
  const found = shortcuts.get(event.key);
  const isPlain = !(event.ctrlKey || event.metaKey || event.altKey || event.isComposing);
  if (!found || event.defaultPrevented || !isPlain || isTyping(event) || document.querySelector("dialog[open]")) return;
  if (found.some(({ action }) => action(event) !== false)) event.preventDefault();
});

// Follows the link of the page that this selector finds.
const follow = (selector) => () => document.querySelector(selector)?.click() ?? false;

shortcut("n", "New post", follow("[data-new]"));
shortcut("/", "Search", () => {
  const field = document.querySelector("[data-search]");
  field?.focus();
  field?.select();
  return Boolean(field); // false lets the key be typed
});
shortcut("?", "Show the keys", showHelp);

function showHelp() {
  const dialog = Object.assign(document.createElement("dialog"), { ariaLabel: "Keyboard shortcuts" });
  const list = document.createElement("dl");
  for (const [key, actions] of shortcuts) {
    const term = document.createElement("dt");
    term.append(Object.assign(document.createElement("kbd"), { className: "key", textContent: key }));
    const words = actions.map((each) => each.words).join("; ");
    list.append(term, Object.assign(document.createElement("dd"), { textContent: words }));
  }
  const close = Object.assign(document.createElement("button"), { textContent: "Close", autofocus: true });
  close.addEventListener("click", () => dialog.close());
  dialog.append(Object.assign(document.createElement("h2"), { textContent: "Keyboard shortcuts" }), list, close);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

export function offerHelp() {
  for (const button of document.querySelectorAll("[data-help]")) {
    button.hidden = false;
    button.addEventListener("click", showHelp);
  }
}
