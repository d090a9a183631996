// The inbox and the approvals: keys, the form for chosen posts, and a look at the server every two
// seconds. What is being typed, chosen or unfolded stays.
import { request, notice, goToSignIn } from "./http.js";
import { updateHead } from "./page_head.js";
import { shortcut } from "./shortcuts.js";

const INTERVAL = 2_000;
const MAX_INTERVAL = 30_000;

export function watchInbox() {
  const page = document.querySelector("[data-inbox-page]");
  if (!page) return;
  page.addEventListener("change", () => showChosen(page));
  showChosen(page);
  defineKeys(page);
  poll(page);
}

const rows = (page) => [...page.querySelectorAll("[data-row]")];
const chosen = (scope) => [...scope.querySelectorAll("input[name=ids]:checked")];

// The form for chosen posts is there only where some are chosen.
function showChosen(page) {
  for (const form of page.querySelectorAll("[data-chosen]")) {
    const number = [...form.elements].filter((field) => field.name === "ids" && field.checked).length;
    form.hidden = number === 0;
    form.querySelector("[data-how-many]").textContent = `${number} chosen`;
  }
}

// The row that the keys mean: the one with the focus, or where it was last.
let current = -1;

function defineKeys(page) {
  const go = (step) => () => {
    const all = rows(page);
    if (!all.length) return false;
    const focused = all.findIndex((row) => row.contains(document.activeElement));
    current = Math.max(0, Math.min(all.length - 1, (focused < 0 ? current : focused) + step));
    focusRow(all[current]);
  };
  const inRow = (action) => () => {
    const all = rows(page);
    const focused = all.findIndex((row) => row.contains(document.activeElement));
    if (focused >= 0) current = focused;
    return all[current] ? action(all[current]) : false;
  };
  page.addEventListener("focusin", ({ target }) => {
    const row = target.closest("[data-row]");
    if (row) current = rows(page).indexOf(row);
  });
  shortcut("j", "Next post", go(1));
  shortcut("k", "Previous post", go(-1));
  shortcut("x", "Choose this post", inRow((row) => row.querySelector("input[name=ids]")?.click() ?? false));
  shortcut("e", "Edit this post", inRow((row) => row.querySelector("[data-edit]")?.click() ?? false));
  shortcut("a", "Approve this post, or those chosen", inRow((row) => approve(page, row)));
  document.addEventListener("slotbeat:changed", () => showChosen(page));
}

const focusRow = (row) => row?.querySelector("[data-open]").focus();

function approve(page, row) {
  const button = chosen(page).length
    ? page.querySelector("[data-chosen]:not([hidden]) [name=action][value=approve]")
    : row.querySelector("[data-key=approve]");
  if (!button) return false;
  document.addEventListener("slotbeat:changed", () => goOn(page), { once: true });
  button.click();
}

// After an approval by key the next row has the focus, and the live region says what was done.
function goOn(page) {
  const done = (page.querySelector("[data-result] > p") ?? page.querySelector("[data-result]"))?.textContent.replace(/\s+/g, " ").trim();
  if (done) notice(done);
  const all = rows(page);
  focusRow(all[Math.min(current, all.length - 1)]);
}

function poll(page) {
  let tag = "";
  let delay = INTERVAL;
  let timer;

  const schedule = () => {
    clearTimeout(timer);
    if (!document.hidden) timer = setTimeout(look, delay);
  };
  const look = async () => {
    clearTimeout(timer);
    try {
      const answer = await request(page.dataset.inboxPage, { headers: { "If-None-Match": tag, "X-Poll": "1" } });
      if (answer.status === 401) return goToSignIn();
      if (answer.status !== 200 && answer.status !== 304) throw new Error(String(answer.status));
      if (answer.status === 200 && replace(page, await answer.text())) tag = answer.headers.get("ETag");
      delay = INTERVAL;
    } catch {
      delay = Math.min(delay * 2, MAX_INTERVAL);
    } finally {
      schedule();
    }
  };
  document.addEventListener("visibilitychange", () => (document.hidden ? clearTimeout(timer) : look()));
  document.addEventListener("slotbeat:changed", () => { tag = ""; });
  schedule();
}

const isBusy = (page) =>
  page.querySelector("[aria-busy=true], details[open]") !== null ||
  [...page.querySelectorAll("textarea")].some((field) => field.value !== field.defaultValue);

// Shows the new part. False if the visitor is writing in the old one.
function replace(page, html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  updateHead(template.content);
  if (isBusy(page)) return false;
  const report = page.querySelectorAll("[data-result]");
  const ids = new Set(chosen(page).map((box) => box.value));
  const focused = document.activeElement?.id;
  const hadFocus = page.contains(document.activeElement);
  for (const box of template.content.querySelectorAll("input[name=ids]")) box.checked = ids.has(box.value);
  template.content.querySelector("h1").after(...report); // what was just done stays readable
  page.replaceChildren(template.content);
  showChosen(page);
  if (hadFocus && focused) (document.getElementById(focused) ?? page.querySelector("[data-open]"))?.focus({ preventScroll: true });
  return true;
}
