// Signing in again without leaving the page: a session may end while somebody writes.
import { base } from "./http.js";

const HTML = `<h2>Your session has ended</h2>
<p>Sign in again; what you typed stays here.</p>
<form method="dialog" class="stacked">
  <input type="text" autocomplete="username" value="Slotbeat" hidden>
  <label for="again-key">API key</label>
  <input id="again-key" name="key" type="password" required autofocus autocomplete="current-password" spellcheck="false" maxlength="500">
  <p class="problem" role="alert" hidden></p>
  <p class="actions"><button class="primary">Sign in</button><button type="button" data-later>Not now</button></p>
</form>`;
let open = null;

// Asks for the key; resolves to whether somebody has signed in. Several callers share one dialog.
export function signInAgain() {
  open ??= ask().finally(() => { open = null; });
  return open;
}

function ask() {
  const dialog = Object.assign(document.createElement("dialog"), { innerHTML: HTML, ariaLabel: "Your session has ended" });
  const form = dialog.querySelector("form");
  document.body.append(dialog);
  return new Promise((resolve) => {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      event.stopPropagation();
      const problem = await signIn(form.elements.key.value);
      if (problem === null) return dialog.close("signed in");
      Object.assign(form.querySelector(".problem"), { textContent: problem, hidden: false });
      form.elements.key.select();
    });
    dialog.querySelector("[data-later]").addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "signed in");
    });
    dialog.showModal();
  });
}

// Null if that worked, else what is wrong. The page gets the token of the new session.
async function signIn(key) {
  let page;
  try {
    const next = `${base()}/compose`;
    const answer = await fetch("/sign-in", { method: "POST", credentials: "same-origin", body: new URLSearchParams({ key, next }) });
    page = new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch {
    return "Slotbeat does not answer. Try again.";
  }
  const told = (name) => page.querySelector(`meta[name=${name}]`)?.content;
  if (!told("csrf")) return page.querySelector(".problem")?.textContent.trim() ?? "That did not work. Try again.";
  if (told("base") !== base()) return "This key belongs to another organization. Use a key of this one.";
  document.querySelector("meta[name=csrf]").content = told("csrf");
  for (const field of document.querySelectorAll("input[name=csrf]")) field.value = told("csrf");
  return null;
}

