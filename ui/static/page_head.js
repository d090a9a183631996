// The head of the page, which polling keeps true: what keeps posts from going out, and how
// many posts need a person.
import { base, request } from "./http.js";

const INTERVAL = 10_000;

// Shows what a polled part says in its template.
export function updateHead(part) {
  const said = part.querySelector("template[data-obstacles]");
  if (!said) return;
  showCount(Number(said.dataset.inbox));
  showObstacles(said.innerHTML.trim());
}

// The region is live, so only a change is written; what was unfolded stays so.
function showObstacles(html) {
  const head = document.getElementById("obstacles");
  if (!head || (head.dataset.said ?? head.innerHTML.trim()) === html) return;
  const wasOpen = head.querySelector("details[open]") !== null;
  head.innerHTML = html;
  head.dataset.said = html;
  if (wasOpen) head.querySelector("details")?.setAttribute("open", "");
}

// More than 99 are not counted.
function showCount(number) {
  const count = document.querySelector("[data-inbox-count]");
  if (!count || Number.isNaN(number)) return;
  const text = number > 99 ? "99+" : String(number);
  if (count.textContent !== text) count.textContent = text;
  count.hidden = number === 0;
}

// Asks by itself on pages that poll nothing else.
export function pollHead() {
  if (!document.getElementById("obstacles")) return;
  let tag = "";
  const poll = async () => {
    if (document.hidden || document.querySelector("[data-live], [data-news]")) return;
    try {
      const answer = await request(`${base()}/obstacles`, { headers: { "If-None-Match": tag, "X-Poll": "1" } });
      if (answer.status !== 200) return;
      tag = answer.headers.get("ETag");
      const part = document.createElement("div");
      part.innerHTML = await answer.text();
      updateHead(part);
    } catch {
      // The next one tries again; what the page said last stays.
    }
  };
  setInterval(poll, INTERVAL);
  document.addEventListener("visibilitychange", poll); // somebody comes back to the tab
}
