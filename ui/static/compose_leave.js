// Leaving the composer with something typed asks first: keep writing, keep it for later, or throw it away.
function ask() {
  const dialog = document.createElement("dialog");
  dialog.innerHTML = `<h2>Leave this post?</h2><p>What you typed is not sent yet.</p>
<p class="actions"><button value="stay" class="primary" autofocus>Keep writing</button><button value="later">Keep it in this tab</button><button value="discard" class="danger">Throw it away</button></p>`;
  dialog.setAttribute("aria-label", "Leave this post?");
  document.body.append(dialog);
  return new Promise((resolve) => {
    dialog.addEventListener("click", ({ target }) => {
      if (target.matches("button")) dialog.close(target.value);
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue || "stay"); // Escape stays
    });
    dialog.showModal();
  });
}

export class LeaveGuard {
  // `draft()`: of the form that is shown now; null once it was sent.
  constructor(draft) {
    this.draft = draft;
    this.isLeaving = false;
    window.addEventListener("beforeunload", (event) => {
      if (!this.isLeaving && this.draft()?.isChanged) event.preventDefault();
    });
    document.addEventListener("click", (event) => this.follow(event), { capture: true });
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("dialog[open]")) return;
      event.preventDefault(); // it would close the dialog that it opens
      document.querySelector("[data-leave]")?.click();
    });
  }

  async follow(event) {
    const link = event.target.closest?.("a[href]");
    const isOther = event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
    if (!link || isOther || link.target || link.hash || this.isLeaving) return;
    if (link.hasAttribute("data-discard")) this.draft()?.forget();
    if (link.hasAttribute("data-discard") || !this.draft()?.isChanged) {
      this.isLeaving = true;
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    const wish = await ask();
    if (wish === "stay") return;
    if (wish === "discard") this.draft().forget();
    this.isLeaving = true;
    window.location.assign(link.href);
  }
}
