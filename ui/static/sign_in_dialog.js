// Signing in again without leaving the page: a session may end while somebody writes.
import { base, request } from "./http.js";

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
  let answer, part;
  try {
    answer = await request("/sign-in", { method: "POST", body: new URLSearchParams({ key }) });
    part = await answer.text();
  } catch {
    return "Slotbeat does not answer. Try again.";
  }
  if (!answer.ok) {
    const page = new DOMParser().parseFromString(part, "text/html");
    return page.querySelector(".problem")?.textContent.trim() ?? "That did not work. Try again.";
  }
  if (answer.headers.get("X-Base") !== base()) return "This key belongs to another organization. Use a key of this one.";
  const token = answer.headers.get("X-CSRF-Token");
  document.querySelector("meta[name=csrf]").content = token;
  for (const field of document.querySelectorAll("input[name=csrf]")) field.value = token;
  return null;
}
