// Requests to the server, and messages to the visitor.

const meta = (name) => document.querySelector(`meta[name=${name}]`)?.content ?? "";
export const csrf = () => meta("csrf");

// Sends a request as this page's script does, with the organization that the page shows. Throws if
// the server does not answer.
export function request(address, options = {}) {
  const shown = meta("organization");
  const organization = shown ? { "X-Organization": shown } : {};
  const headers = { "X-Requested-With": "fetch", Accept: "text/html", ...organization, ...options.headers };
  return fetch(address, { cache: "no-store", credentials: "same-origin", ...options, headers });
}

// Shows a sentence in the live region for so many seconds; 0: until the next one.
let timer;
export function notice(sentence, seconds = 6) {
  const region = document.getElementById("notice");
  clearTimeout(timer);
  if (region.textContent !== sentence) region.textContent = sentence;
  if (sentence && seconds) timer = setTimeout(() => notice("", 0), seconds * 1000);
}

export function goToSignIn() {
  const back = window.location.pathname + window.location.search;
  window.location.assign(`/sign-in?next=${encodeURIComponent(back)}`);
}

// Whether the session is of another organization than the page: somebody signed in to it in another tab.
export const isOtherOrganization = (answer) => answer.status === 412;

const PAGES = ["/", "/publish", "/rules"];
const OTHER_ORGANIZATION = "You are signed in to another organization now. Copy what you typed, and reload the page.";

// Loads the page again, for the session's organization, unless that would lose what was typed.
export function goToOtherOrganization() {
  if (hasTypedText()) return notice(OTHER_ORGANIZATION, 0);
  const url = new URL(window.location);
  for (const name of ["post", "list", "after", "done"]) url.searchParams.delete(name); // the other's
  url.hash = "";
  window.location.replace(PAGES.includes(url.pathname) ? url : "/");
}

function hasTypedText() {
  const fields = document.querySelectorAll("textarea, input:not([type=hidden]):not([type=date])");
  return [...fields].some((each) => each.value !== each.defaultValue);
}

// Whether an answer is a full page, not a part of one: then the browser must load it.
export const isFullPage = (html) => /^\s*<!doctype/i.test(html);
