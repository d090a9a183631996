// A message that has an undo moves into the notice, where it stays for ten seconds. Without a script
// it stands in the page, and its form is an ordinary one.
import { notice } from "./http.js";

export function showDoneMessages(root) {
  for (const message of root.querySelectorAll("[data-undo]")) {
    const form = message.querySelector("form");
    form.dataset.enhance = "";
    form.querySelector("button").className = "";
    form.remove();
    notice(message.textContent.trim(), { undo: form });
    message.remove();
  }
}
