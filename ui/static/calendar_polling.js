// The calendar follows what happens: it asks every two seconds whether anything has changed, and
// replaces the parts that have. A hidden tab does not ask.
import { request, notice, goToSignIn } from "./http.js";
import { markOpenPost } from "./panel.js";

const INTERVAL = 2_000;
const MAX_INTERVAL = 30_000;
const AWAY = "Connection lost. Trying again.";

export function pollCalendar(place) {
  if (!place) return;
  let tag = place.dataset.tag;
  let delay = INTERVAL;
  let timer;
  let isAsking = false;

  const plan = () => {
    clearTimeout(timer);
    if (!document.hidden) timer = setTimeout(poll, delay);
  };

  const poll = async () => {
    if (isAsking) return;
    isAsking = true;
    try {
      const answer = await request(place.dataset.live, { headers: { "If-None-Match": tag, "X-Poll": "1" } });
      if (answer.status === 401) return goToSignIn();
      if (answer.status !== 200 && answer.status !== 304) throw new Error(String(answer.status));
      if (answer.status === 200) {
        const before = attention(place);
        replace(place, await answer.text());
        tag = answer.headers.get("ETag");
        if (attention(place) && attention(place) !== before) notice(attention(place));
      }
      if (delay !== INTERVAL) notice("Connected again.");
      delay = INTERVAL;
    } catch {
      delay = Math.min(delay * 2, MAX_INTERVAL);
      notice(AWAY, 0);
    } finally {
      isAsking = false;
      plan();
    }
  };

  const soon = () => { clearTimeout(timer); poll(); };
  document.addEventListener("visibilitychange", () => (document.hidden ? clearTimeout(timer) : soon()));
  document.addEventListener("slotbeat:changed", soon);
  window.addEventListener("online", soon);
  plan();
}

// Put new parts in place of those that differ, so that focus, scrolling and pictures stay.
function replace(place, html) {
  const fresh = document.createElement("template");
  fresh.innerHTML = html;
  const old = parts(place);
  const now = parts(fresh.content);
  const focused = document.activeElement?.id;
  const hadFocus = place.contains(document.activeElement);
  if ([...old.keys()].join() !== [...now.keys()].join()) place.replaceChildren(fresh.content);
  else for (const [name, part] of now) if (!isSame(old.get(name), part)) old.get(name).replaceWith(part);
  if (hadFocus && focused && document.activeElement?.id !== focused) {
    document.getElementById(focused)?.focus({ preventScroll: true });
  }
  markOpenPost();
}

// What a person should hear of, though nothing else on the page is read out.
const attention = (place) => place.querySelector(".attention")?.textContent.trim() ?? "";

const parts = (root) => new Map([...root.querySelectorAll("[data-part]")].map((each) => [each.dataset.part, each]));

// What the script itself marks does not count.
function isSame(one, other) {
  const plain = one.cloneNode(true);
  for (const each of plain.querySelectorAll("a[data-panel]")) each.removeAttribute("aria-current");
  return plain.isEqualNode(other);
}
