// Polls the server every two seconds and replaces the parts of the calendar that have changed. A
// hidden tab does not poll.
import { request, notice, goToSignIn } from "./http.js";
import { markOpenPost } from "./panel.js";
import { updateHead } from "./page_head.js";

const INTERVAL = 2_000;
const MAX_INTERVAL = 30_000;
const CONNECTION_LOST = "Connection lost. Trying again.";

export function pollCalendar(calendar) {
  if (!calendar) return;
  let tag = calendar.dataset.tag;
  let delay = INTERVAL;
  let timer;
  let isPolling = false;

  const schedule = () => {
    clearTimeout(timer);
    if (!document.hidden) timer = setTimeout(poll, delay);
  };

  const poll = async () => {
    if (isPolling) return;
    if (document.body.classList.contains("is-moving")) return schedule(); // a card is in the hand
    isPolling = true;
    try {
      const answer = await request(calendar.dataset.live, { headers: { "If-None-Match": tag, "X-Poll": "1" } });
      if (answer.status === 401) return goToSignIn();
      if (answer.status !== 200 && answer.status !== 304) throw new Error(String(answer.status));
      if (answer.status === 200) {
        const before = attention(calendar);
        replace(calendar, await answer.text());
        tag = answer.headers.get("ETag");
        if (attention(calendar) && attention(calendar) !== before) notice(attention(calendar));
      }
      if (delay !== INTERVAL) notice("Connected again.");
      delay = INTERVAL;
    } catch {
      delay = Math.min(delay * 2, MAX_INTERVAL);
      notice(CONNECTION_LOST, { seconds: 0 });
    } finally {
      isPolling = false;
      schedule();
    }
  };

  const pollNow = () => { clearTimeout(timer); poll(); };
  document.addEventListener("visibilitychange", () => (document.hidden ? clearTimeout(timer) : pollNow()));
  document.addEventListener("slotbeat:changed", pollNow);
  window.addEventListener("online", pollNow);
  schedule();
}

// Replaces only the parts that differ, so that focus, scroll position and images stay.
function replace(calendar, html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  updateHead(template.content);
  const oldParts = parts(calendar);
  const newParts = parts(template.content);
  const focused = document.activeElement?.id;
  const hadFocus = calendar.contains(document.activeElement);
  if ([...oldParts.keys()].join() !== [...newParts.keys()].join()) calendar.replaceChildren(template.content);
  else for (const [name, part] of newParts) if (!isSame(oldParts.get(name), part)) oldParts.get(name).replaceWith(part);
  if (hadFocus && focused && document.activeElement?.id !== focused) {
    document.getElementById(focused)?.focus({ preventScroll: true });
  }
  markOpenPost();
  document.dispatchEvent(new CustomEvent("slotbeat:shown"));
}

// The one change that screen readers announce: that posts need attention.
const attention = (calendar) => calendar.querySelector(".attention")?.textContent.trim() ?? "";

const parts = (root) => new Map([...root.querySelectorAll("[data-part]")].map((each) => [each.dataset.part, each]));

// Compares without the mark that the script itself puts on the open post.
function isSame(one, other) {
  const plain = one.cloneNode(true);
  for (const each of plain.querySelectorAll("a[data-panel]")) each.removeAttribute("aria-current");
  return plain.isEqualNode(other);
}
