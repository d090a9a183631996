// The list: selecting many posts, also a range with Shift, and changing them without a reload.
import { request, csrf, notice, goToSignIn } from "./http.js";
import { shortcut } from "./shortcuts.js";
import { showDoneMessages } from "./done_messages.js";

const form = document.querySelector("form[data-bulk]");
const boxes = () => [...form.querySelectorAll("input[name=ids]")];
// Not `form.action`: that is the buttons of this name.
const address = form?.getAttribute("action");
const chosen = () => boxes().filter((box) => box.checked);
let lastBox = "";

export function watchList() {
  if (!form) return;
  form.addEventListener("click", selectRange);
  form.addEventListener("change", ({ target }) => {
    if (target.closest("[data-select-all]")) for (const box of boxes()) box.checked = target.checked;
    showSelection();
  });
  form.addEventListener("keydown", pressOwnButton);
  form.addEventListener("submit", submit);
  document.addEventListener("submit", undo, { capture: true });
  document.addEventListener("slotbeat:changed", reload);
  shortcut("j", "Next post", () => step(1));
  shortcut("k", "Previous post", () => step(-1));
  shortcut("x", "Select the post", toggle);
  showSelection();
}

// With Shift the posts between the last one and this one become like this one.
function selectRange(event) {
  const box = event.target.closest("input[name=ids]");
  if (!box) return;
  const all = boxes();
  const [from, to] = [all.findIndex(({ value }) => value === lastBox), all.indexOf(box)].sort((a, b) => a - b);
  if (event.shiftKey && from >= 0) for (const each of all.slice(from, to + 1)) each.checked = box.checked;
  lastBox = box.value;
  showSelection();
}

function showSelection() {
  const count = chosen().length;
  const bar = form.querySelector("[data-bulk-bar]");
  const all = form.querySelector("[data-select-all]");
  if (all) {
    all.hidden = false;
    const box = all.querySelector("input");
    box.checked = count > 0 && count === boxes().length;
    box.indeterminate = count > 0 && !box.checked;
  }
  if (!bar) return;
  bar.hidden = count === 0;
  bar.querySelector("[data-bulk-count]").textContent = count ? `${count} selected` : "";
}

// Enter in a field of the bar means the button beside it.
function pressOwnButton(event) {
  if (event.key !== "Enter" || !event.target.matches(".bulk-fields input")) return;
  event.preventDefault();
  event.target.closest(".bulk-fields").querySelector("button").click();
}

async function submit(event) {
  event.preventDefault();
  const fields = new FormData(form, event.submitter);
  for (const menu of form.querySelectorAll("details[open]")) menu.open = false;
  await send(fields);
}

// The form of the notice that takes a change of many posts back.
function undo(event) {
  if (!event.target.closest("#notice") || event.target.getAttribute("action") !== address) return;
  event.preventDefault();
  send(new FormData(event.target));
}

async function send(fields) {
  form.setAttribute("aria-busy", "true");
  try {
    const answer = await request(address, {
      method: "post",
      headers: { "X-CSRF-Token": csrf() },
      body: new URLSearchParams(fields),
    });
    if (answer.status === 401) return goToSignIn();
    const html = await answer.text();
    if (html.includes("data-confirm")) return ask(html);
    showMessage(html);
    if (answer.ok) document.dispatchEvent(new CustomEvent("slotbeat:changed"));
  } catch {
    notice("Slotbeat does not answer. Try again.");
  } finally {
    form.removeAttribute("aria-busy");
  }
}

function showMessage(html) {
  const place = document.getElementById("bulk-message");
  place.innerHTML = html;
  showDoneMessages(place);
  for (const done of place.querySelectorAll(".done")) {
    notice(done.textContent.trim());
    done.remove();
  }
  place.querySelector("[role=alert]")?.focus();
}

function ask(html) {
  const dialog = document.createElement("dialog");
  dialog.innerHTML = html;
  dialog.setAttribute("aria-label", dialog.querySelector("h2").textContent);
  const cancel = dialog.querySelector("[data-cancel]");
  cancel.hidden = false;
  cancel.addEventListener("click", () => dialog.close());
  dialog.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    const fields = new FormData(event.target, event.submitter);
    dialog.close();
    send(fields);
  });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  cancel.focus();
}

// The posts as they are now; those that were selected and are still there stay selected.
async function reload() {
  const list = document.getElementById("list");
  const answer = await request(list.dataset.address).catch(() => null);
  const html = answer?.ok ? await answer.text() : "";
  if (!html) return;
  const kept = new Set(chosen().map(({ value }) => value));
  const focused = document.activeElement?.id;
  list.innerHTML = html;
  for (const box of boxes()) box.checked = kept.has(box.value);
  if (focused && document.activeElement === document.body) document.getElementById(focused)?.focus();
  showSelection();
}

function step(by) {
  const links = [...form.querySelectorAll(".list-row .words a")];
  const at = links.findIndex((link) => link.closest(".list-row").contains(document.activeElement));
  const next = links[at < 0 ? 0 : Math.min(Math.max(at + by, 0), links.length - 1)];
  next?.focus();
  next?.closest(".list-row").scrollIntoView({ block: "nearest" });
}

function toggle() {
  const box = document.activeElement?.closest(".list-row")?.querySelector("input[name=ids]");
  box?.click();
  return Boolean(box);
}
