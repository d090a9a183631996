// The pages work without a script, with links and forms alone. The script makes them faster: posts
// open beside the calendar, forms are answered in place, and the calendar updates itself.
import { openPanel, closePanel, openPanelFromUrl } from "./panel.js";
import { send } from "./forms.js";
import { pollCalendar } from "./calendar_polling.js";
import { pollPost } from "./post_polling.js";
import { watchEditing } from "./post_editing.js";
import { definePostTabs } from "./post_tabs.js";
import { watchCountdowns } from "./countdown.js";
import { pollHead } from "./page_head.js";
import { watchComposeForm } from "./compose_form.js";
import { defineVersionTabs } from "./version_tabs.js";
import { watchSlotPickers } from "./slot_picker.js";
import { watchMenus } from "./menus.js";
import { offerHelp } from "./shortcuts.js";
import { watchImport } from "./import_page.js";
import { showDoneMessages } from "./done_messages.js";

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-panel]");
  const isPlainClick = event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
  if (link && isPlainClick) {
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

openPanelFromUrl(window.location);
window.addEventListener("popstate", () => openPanelFromUrl(window.location));
pollCalendar(document.querySelector("[data-live]"));
pollPost();
pollHead();
watchEditing();
definePostTabs();
watchCountdowns();
watchComposeForm();
defineVersionTabs();
watchMenus();
watchSlotPickers();
offerHelp();
showDoneMessages(document);
watchImport();
