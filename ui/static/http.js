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

// Shows a sentence in the live region for so many seconds; 0: until the next one. `undo`: a form
// that takes the change back; its button stands beside the sentence.
let timer;
export function notice(sentence, { seconds = undefined, undo = null } = {}) {
  const region = document.getElementById("notice");
  clearTimeout(timer);
  if (undo) region.replaceChildren(sentence, undo);
  else if (region.textContent !== sentence) region.textContent = sentence;
  const shown = seconds ?? (undo ? 10 : 6);
  if (sentence && shown) timer = setTimeout(() => notice("", { seconds: 0 }), shown * 1000);
}

// A form that sends these fields, for the undo of a notice.
export function undoForm(address, fields) {
  const form = Object.assign(document.createElement("form"), { method: "post", action: base() + address });
  form.dataset.enhance = "";
  for (const [name, value] of Object.entries({ csrf: csrf(), ...fields })) {
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  }
  form.append(Object.assign(document.createElement("button"), { textContent: "Undo" }));
  return form;
}

export function goToSignIn() {
  const back = window.location.pathname + window.location.search;
  window.location.assign(`/sign-in?next=${encodeURIComponent(back)}`);
}

// Whether an answer is a full page, not a part of one: then the browser must load it.
export const isFullPage = (html) => /^\s*<!doctype/i.test(html);
