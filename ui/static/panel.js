// The side panel: a post beside the calendar. The address remembers it as ?post=ID.
import { request, isFullPage, notice, goToSignIn } from "./http.js";

// Nothing else would close a panel that could not be filled, on a phone that it covers.
const CLOSE = '<p><a class="button" href="/" data-close>Close</a></p>';
const panel = document.getElementById("panel");
let opener = ""; // the id of the link that opened it: the element itself may have been replaced
let latest = 0; // a slow answer must not cover a later one

// Fill the panel with what this address answers, and move there.
export async function openPanel(address, openerId = "") {
  const mine = ++latest;
  let answer, html;
  try {
    answer = await request(address);
    html = await answer.text();
  } catch {
    notice("Slotbeat does not answer. Try again.");
    return;
  }
  if (mine !== latest) return;
  if (answer.status === 401) return goToSignIn();
  if (isFullPage(html)) return window.location.assign(address);
  opener = openerId || opener;
  show(answer.ok ? html : CLOSE + html);
  remember(new URL(address, window.location).pathname.split("/").pop());
}

// Put a part into the panel; focus goes to its heading.
export function show(html) {
  panel.innerHTML = html;
  panel.hidden = false;
  const heading = panel.querySelector("[data-result]") ?? panel.querySelector("h1, h2");
  heading?.setAttribute("tabindex", "-1");
  (heading ?? panel).focus({ preventScroll: true });
  panel.scrollTop = 0;
  markOpenPost();
}

export function closePanel() {
  if (!panel || panel.hidden || !panel.innerHTML.trim()) return;
  latest += 1;
  const hadFocus = panel.contains(document.activeElement) || document.activeElement === document.body;
  panel.hidden = true;
  panel.innerHTML = "";
  remember(null);
  if (hadFocus) (document.getElementById(opener) ?? document.getElementById("main")).focus();
  markOpenPost();
}

// The card of the post that is open says so.
export function markOpenPost() {
  const id = new URL(window.location).searchParams.get("post");
  for (const link of document.querySelectorAll("a[data-panel]")) {
    const isOpen = id !== null && link.pathname.endsWith(`/${id}`);
    if (isOpen) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

// Open or close the panel as an address has it: after loading, and on the way back.
export function panelOpensAt(location) {
  const id = new URLSearchParams(location.search).get("post");
  if (!panel || !document.querySelector("[data-live]")) return;
  if (id && /^[0-9a-f]{32}$/.test(id)) openPanel(`/panel/posts/${id}`);
  else closePanel();
}

function remember(id) {
  const here = new URL(window.location);
  if (!document.querySelector("[data-live]") || here.searchParams.get("post") === id) return markOpenPost();
  if (id) here.searchParams.set("post", id);
  else here.searchParams.delete("post");
  window.history.pushState(null, "", here);
  markOpenPost();
}
