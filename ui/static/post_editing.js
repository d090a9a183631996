// Editing a post in place: a link with data-edit opens a form in the part that it names, a click on
// the words does too, and Escape closes it, after a question where something was typed.
import { request, goToSignIn, isFullPage, notice } from "./http.js";
import { shortcut } from "./shortcuts.js";
import { ask } from "./ask.js";

const post = () => document.querySelector("[data-news]");
const partOf = (name) => post()?.querySelector(`[data-part="${name}"]`);
const isPlainClick = (event) => event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);

// Whether a part holds a form that somebody has opened.
export const isOpen = (part) => part.querySelector("[data-editing]") !== null;

// Whether something was typed or chosen that is not saved.
export const isTyped = (root) =>
  [...(root?.querySelectorAll("[data-editing] :is(input, textarea, select)") ?? [])].some((field) =>
    field.type === "checkbox" || field.type === "radio" ? field.checked !== field.defaultChecked
    : field.tagName === "SELECT" ? field.selectedIndex > 0 && !field.options[field.selectedIndex].defaultSelected
    : field.value !== field.defaultValue);

// True if nothing was typed, or the visitor gives it up.
export async function mayLeave(root = post()) {
  return !isTyped(root) || ask("Discard what you typed?", "Discard", "Keep editing");
}

// Shows a part of the post as this address has it.
async function load(url, name) {
  try {
    const answer = await request(url);
    const html = await answer.text();
    if (answer.status === 401) return goToSignIn();
    if (!answer.ok || isFullPage(html)) return window.location.assign(url);
    const template = document.createElement("template");
    template.innerHTML = html;
    const part = template.content.querySelector(`[data-part="${name}"]`);
    partOf(name)?.replaceWith(part);
    return part;
  } catch {
    notice("Slotbeat does not answer. Try again.");
  }
}

async function open(link) {
  const { edit } = link.dataset;
  link.closest("details.menu")?.removeAttribute("open");
  if (!(await mayLeave(partOf(edit)))) return;
  const part = await load(link.href, edit);
  const field = part?.querySelector("[data-focus]") ?? part?.querySelector("[data-editing] :is(textarea, input:not([type=hidden]), select, button)");
  field?.focus();
  if (field?.tagName === "TEXTAREA") field.setSelectionRange(field.value.length, field.value.length);
  part?.scrollIntoView({ block: "nearest" });
}

async function close(name) {
  if (!(await mayLeave(partOf(name)))) return;
  const part = await load(post().dataset.news, name);
  (part?.querySelector("[data-edit]") ?? post()?.querySelector("h2"))?.focus();
}

export function watchEditing() {
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || !isPlainClick(event)) return;
    const link = event.target.closest("a[data-edit], a[data-cancel]");
    const text = event.target.closest("[data-editable]");
    if (link) {
      event.preventDefault();
      if (link.dataset.edit) open(link);
      else close(link.dataset.cancel);
    } else if (text && !event.target.closest("a") && window.getSelection().isCollapsed) {
      const opener = text.closest("[data-part]").querySelector("[data-edit]");
      if (opener) open(opener);
    }
  });
  // Before the panel's own Escape.
  document.addEventListener("keydown", (event) => {
    const form = event.target.closest?.("[data-editing]");
    if (event.key !== "Escape" || !form || event.isComposing || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    close(form.dataset.editing);
  }, { capture: true });
  window.addEventListener("beforeunload", (event) => { if (isTyped(post())) event.preventDefault(); });

  const press = (selector) => () => {
    const found = post()?.querySelector(selector);
    if (!found) return false;
    found.click();
  };
  shortcut("e", "Edit the open post", press('[data-edit="words"]'));
  shortcut("m", "Move the open post", press('[data-edit="time"]'));
  shortcut("a", "Approve the open post", press("[data-key-a]"));
}
