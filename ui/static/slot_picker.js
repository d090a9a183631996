// The slot picker's earlier and later weeks. The choice of a slot is an ordinary radio button.
import { request, notice, goToSignIn } from "./http.js";

export function watchSlotPickers() {
  document.addEventListener("click", ({ target }) => {
    const button = target.closest?.("[data-slots-of]");
    if (button) showWeek(button);
  });
}

async function showWeek(button) {
  const picker = button.closest("[data-slots]");
  const chosen = picker.querySelector(":checked")?.value ?? picker.dataset.chosen ?? "";
  const name = button.getAttribute("aria-label");
  try {
    const answer = await request(`${button.dataset.slotsOf}&chosen=${encodeURIComponent(chosen)}`);
    if (answer.status === 401) return goToSignIn();
    if (!answer.ok) throw new Error(String(answer.status));
    const template = document.createElement("template");
    template.innerHTML = await answer.text();
    const week = template.content.querySelector("[data-slots]");
    week.dataset.chosen = chosen;
    picker.replaceWith(week);
    week.querySelector(`[aria-label="${name}"]:not(:disabled), button:not(:disabled)`)?.focus();
    week.dispatchEvent(new Event("change", { bubbles: true })); // another choice, or none
  } catch {
    notice("Slotbeat does not answer. Try again.");
  }
}
