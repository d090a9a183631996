// The composer: it checks while somebody writes, keeps what was typed, and sends it.
import { csrf, isFullPage, notice, request } from "./http.js";
import { Checker, showNetworks } from "./compose_check.js";
import { Draft, broughtBack, forgetDraft } from "./compose_draft.js";
import { FileList } from "./compose_files.js";
import { FilePick } from "./compose_pick.js";
import { LeaveGuard } from "./compose_leave.js";
import { signInAgain } from "./sign_in_dialog.js";
import { watchWhen } from "./compose_when.js";

const PLACE = "#compose";
let draft = null;
let guard = null;

export async function startComposer() {
  const place = document.querySelector(PLACE);
  if (!place) return;
  guard = new LeaveGuard(() => draft);
  const form = place.querySelector("[data-compose]");
  const html = await broughtBack(form);
  if (html !== null) bringBack(place, form, html);
  else setUp(form, new Draft(form));
}

function bringBack(place, form, html) {
  const key = form.dataset.store;
  const empty = new Draft(form); // what the form had before: its difference is what was typed
  place.innerHTML = html;
  const restored = place.querySelector("[data-compose]");
  draft = new Draft(restored);
  draft.first = empty.first;
  setUp(restored, draft);
  const again = Object.assign(document.createElement("button"), { type: "button", textContent: "Start over" });
  again.addEventListener("click", () => {
    forgetDraft(restored);
    guard.isLeaving = true;
    window.location.reload();
  });
  notice("What you typed is back. ", { undo: again });
  restored.dataset.store = key;
}

function setUp(form, newDraft) {
  draft = newDraft;
  const signIn = async (again) => {
    if (await signInAgain()) again();
  };
  for (const box of form.querySelectorAll("[data-file-list]")) new FileList(box, form, signIn);
  for (const box of form.querySelectorAll("[data-pick]")) new FilePick(box, form);
  watchWhen(form);
  foldTexts(form);
  likeAll(form);
  const checker = new Checker(form, signIn);
  showNetworks(form);
  form.addEventListener("change", () => showNetworks(form));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form, event.submitter, checker);
  });
}

async function send(form, submitter, checker) {
  if (form.getAttribute("aria-busy") === "true") return;
  form.setAttribute("aria-busy", "true");
  clearTimeout(checker.timer);
  try {
    const body = new FormData(form, submitter);
    const answer = await request(form.action, { method: "POST", headers: { "X-CSRF-Token": csrf() }, body });
    const html = await answer.text();
    if (answer.status === 401) return void signInAgain().then((isIn) => isIn && send(form, submitter, checker));
    if (isFullPage(html)) return leave(answer.url);
    if (answer.headers.get("X-Problem") !== null) return showRefusal(form, html);
    document.querySelector(PLACE).innerHTML = html;
    const renewed = document.querySelector("[data-compose]");
    const { first } = draft;
    setUp(renewed, new Draft(renewed));
    draft.first = first;
    draft.save();
    renewed.querySelector("[data-result]")?.focus();
  } catch {
    notice("Slotbeat does not answer. Nothing is lost; try again.");
  } finally {
    form.removeAttribute("aria-busy");
  }
}

function leave(url) {
  draft.forget();
  draft = null;
  guard.isLeaving = true;
  window.location.assign(url);
}

function showRefusal(form, html) {
  form.querySelector(":scope > .problem")?.remove();
  form.insertAdjacentHTML("afterbegin", html);
  form.querySelector(":scope > .problem")?.scrollIntoView({ block: "nearest" });
}

// The texts below a post, one more at each press.
function foldTexts(form) {
  const more = form.querySelector("[data-more-texts]");
  const folded = () => [...form.querySelectorAll("[data-thread-text][data-folded]")];
  const update = () => { more.hidden = folded().length === 0; };
  more.addEventListener("click", () => {
    const [next] = folded();
    next.removeAttribute("data-folded");
    next.querySelector("textarea").focus();
    update();
  });
  update();
}

// An empty text of a network shows what it would say: the text of all.
function likeAll(form) {
  const common = form.elements.caption;
  const show = () => {
    for (const each of form.querySelectorAll("[data-like-all]")) each.placeholder = common.value;
  };
  common.addEventListener("input", show);
  show();
}
