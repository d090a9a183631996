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
import { startComposer } from "./compose.js";
import { defineVersionTabs } from "./version_tabs.js";
import { watchSlotPickers } from "./slot_picker.js";
import { watchMoves } from "./calendar_moves.js";
import { watchCalendarKeys } from "./calendar_keys.js";
import { tellOwnTimes } from "./local_times.js";
import { watchMenus } from "./menus.js";
import { watchInbox } from "./inbox.js";
import { offerHelp } from "./shortcuts.js";
import { watchImport } from "./import_page.js";
import { showDoneMessages } from "./done_messages.js";
import { watchList } from "./post_list.js";

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-panel]");
  const isPlainClick = event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
  if (link && isPlainClick) {
    event.preventDefault();
    openPanel(link.href, link.id);
  }
  if (event.target.closest("#panel [data-close]")) {
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
defineVersionTabs();
startComposer();
watchMenus();
watchSlotPickers();
watchMoves();
watchCalendarKeys();
offerHelp();
showDoneMessages(document);
watchInbox();
watchImport();
watchList();
tellOwnTimes();
