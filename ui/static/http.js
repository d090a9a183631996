// Requests to the server, and messages to the visitor.

const meta = (name) => document.querySelector(`meta[name=${name}]`)?.content ?? "";
export const csrf = () => meta("csrf");

// How the addresses of the organization's pages begin.
export const base = () => meta("base");

// Sends a request as this page's script does. Throws if the server does not answer.
export function request(address, options = {}) {
  const headers = { "X-Requested-With": "fetch", Accept: "text/html", ...options.headers };
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

// Whether an answer is a full page, not a part of one: then the browser must load it.
export const isFullPage = (html) => /^\s*<!doctype/i.test(html);
