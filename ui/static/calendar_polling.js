// The calendar follows what happens: it asks every two seconds whether anything has changed, and
// replaces the parts that have. A hidden tab does not ask.
import { ask, notice, toSignIn } from "./asking.js";
import { markOpen } from "./panel.js";

const EVERY = 2_000;
const SLOWEST = 30_000;
const AWAY = "Connection lost. Trying again.";

export function follow(place) {
  if (!place) return;
  let tag = place.dataset.tag;
  let waiting = EVERY;
  let timer;
  let isAsking = false;

  const plan = () => {
    clearTimeout(timer);
    if (!document.hidden) timer = setTimeout(look, waiting);
  };

  const look = async () => {
    if (isAsking) return;
    isAsking = true;
    try {
      const answer = await ask(place.dataset.live, { headers: { "If-None-Match": tag, "X-Poll": "1" } });
      if (answer.status === 401) return toSignIn();
      if (answer.status !== 200 && answer.status !== 304) throw new Error(String(answer.status));
      if (answer.status === 200) {
        const before = attention(place);
        replace(place, await answer.text());
        tag = answer.headers.get("ETag");
        if (attention(place) && attention(place) !== before) notice(attention(place));
      }
      if (waiting !== EVERY) notice("Connected again.");
      waiting = EVERY;
    } catch {
      waiting = Math.min(waiting * 2, SLOWEST);
      notice(AWAY, 0);
    } finally {
      isAsking = false;
      plan();
    }
  };

  const soon = () => { clearTimeout(timer); look(); };
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
  markOpen();
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
