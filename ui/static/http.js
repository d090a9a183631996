// Asking the server, and telling the person.

export const csrf = () => document.querySelector("meta[name=csrf]")?.content ?? "";

// The answer to a request of this page's script; throws where nobody answers.
export function request(address, options = {}) {
  const headers = { "X-Requested-With": "fetch", Accept: "text/html", ...options.headers };
  return fetch(address, { cache: "no-store", credentials: "same-origin", ...options, headers });
}

// Say something in the live region: until another thing is said, or for so many seconds.
let fading;
export function notice(sentence, seconds = 6) {
  const place = document.getElementById("notice");
  clearTimeout(fading);
  if (place.textContent !== sentence) place.textContent = sentence;
  if (sentence && seconds) fading = setTimeout(() => notice("", 0), seconds * 1000);
}

export function goToSignIn() {
  const back = window.location.pathname + window.location.search;
  window.location.assign(`/sign-in?next=${encodeURIComponent(back)}`);
}

// Whether an answer is a whole page and no part of one: then the browser should show it.
export const isFullPage = (html) => /^\s*<!doctype/i.test(html);
