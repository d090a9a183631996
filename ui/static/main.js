// The page works by links and forms alone. This makes it quicker: posts open beside the calendar,
// forms answer in place, and the calendar follows what happens.
import { openPanel, closePanel, panelOpensAt } from "./panel.js";
import { send } from "./forms.js";
import { pollCalendar } from "./calendar_polling.js";
import { pollPost } from "./post_polling.js";

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-panel]");
  const isPlain = event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
  if (link && isPlain) {
    event.preventDefault();
    openPanel(link.href, link.id);
  }
  if (event.target.closest("[data-close]")) {
    event.preventDefault();
    closePanel();
  }
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("form[data-enhance]") && !event.defaultPrevented) {
    event.preventDefault();
    send(form, event.submitter);
  }
});

document.addEventListener("keydown", (event) => {
  const isFree = !event.defaultPrevented && !document.querySelector("dialog[open]");
  if (event.key === "Escape" && isFree) closePanel();
});

panelOpensAt(window.location);
window.addEventListener("popstate", () => panelOpensAt(window.location));
pollCalendar(document.querySelector("[data-live]"));
pollPost();
