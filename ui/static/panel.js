// The side panel: a post beside the calendar. The page's URL names it: ?post=ID.
import { base, request, isFullPage, notice, goToSignIn } from "./http.js";
import { updateHead } from "./page_head.js";
import { mayLeave } from "./post_editing.js";
import { showDoneMessages } from "./done_messages.js";

// For a panel that shows an error: on a phone it covers the page, and could not be closed.
const CLOSE = `<p><a class="button" href="${base()}/" data-close>Close</a></p>`;
const panel = document.getElementById("panel");
let openerId = ""; // the id of the link that opened the panel: polling may replace the element
let latestRequest = 0; // a slow answer must not replace a later one

// Loads a URL into the panel, and moves the focus there.
export async function openPanel(url, linkId = "") {
  if (!(await mayLeave(panel))) return;
  const thisRequest = ++latestRequest;
  let answer, html;
  try {
    answer = await request(url);
    html = await answer.text();
  } catch {
    notice("Slotbeat does not answer. Try again.");
    return;
  }
  if (thisRequest !== latestRequest) return;
  if (answer.status === 401) return goToSignIn();
  if (isFullPage(html)) return window.location.assign(url);
  openerId = linkId || openerId;
  show(answer.ok ? html : CLOSE + html);
  setUrl(new URL(url, window.location).pathname.split("/").pop());
}

// Shows HTML in the panel. The focus moves to its heading, or stays where the same post was edited.
export function show(html) {
  const before = panel.querySelector("[data-news]")?.dataset.news;
  const edited = panel.querySelector("[data-editing]")?.dataset.editing;
  const { scrollTop } = panel;
  panel.innerHTML = html;
  updateHead(panel);
  panel.hidden = false;
  sayDone();
  const isSame = before !== undefined && before === panel.querySelector("[data-news]")?.dataset.news;
  const opener = isSame && edited && panel.querySelector(`[data-part="${edited}"] [data-edit]`);
  const heading = panel.querySelector("[role=alert][data-result]") ?? (opener || null) ?? panel.querySelector("[data-result]") ?? panel.querySelector("h1, h2");
  if (heading !== opener) heading?.setAttribute("tabindex", "-1");
  (heading ?? panel).focus({ preventScroll: true });
  panel.scrollTop = isSame ? scrollTop : 0;
  markOpenPost();
}

// What was done goes into the notice, which is read out; a refusal stays where it is.
function sayDone() {
  showDoneMessages(panel);
  const done = panel.querySelector("[role=status][data-result]");
  if (done) notice(done.textContent.trim());
  done?.remove();
}

export async function closePanel() {
  if (!panel || panel.hidden || !panel.innerHTML.trim() || !(await mayLeave(panel))) return;
  latestRequest += 1;
  const hadFocus = panel.contains(document.activeElement) || document.activeElement === document.body;
  panel.hidden = true;
  panel.innerHTML = "";
  setUrl(null);
  if (hadFocus) (document.getElementById(openerId) ?? document.getElementById("main")).focus();
  markOpenPost();
}

// Marks the card of the open post.
export function markOpenPost() {
  const id = new URL(window.location).searchParams.get("post");
  for (const link of document.querySelectorAll("a[data-panel]")) {
    const isOpen = id !== null && link.pathname.endsWith(`/${id}`);
    if (isOpen) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

// Opens or closes the panel as the URL says: after loading, and when the visitor goes back.
export function openPanelFromUrl(location) {
  const id = new URLSearchParams(location.search).get("post");
  if (!panel || !document.querySelector("[data-live]")) return;
  if (id && /^[0-9a-f]{32}$/.test(id)) openPanel(`${base()}/posts/${id}`);
  else closePanel();
}

function setUrl(id) {
  const url = new URL(window.location);
  if (!document.querySelector("[data-live]") || url.searchParams.get("post") === id) return markOpenPost();
  if (id) url.searchParams.set("post", id);
  else url.searchParams.delete("post");
  window.history.pushState(null, "", url);
  markOpenPost();
}
