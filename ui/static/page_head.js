// The head of the page, which polling keeps true: what keeps posts from going out.
import { base, request } from "./http.js";

const INTERVAL = 10_000;

// Shows what a polled part says in its template. The region is live, so only a change is written;
// what was unfolded stays so.
export function updateHead(part) {
  const said = part.querySelector("template[data-obstacles]");
  if (said) show(said.innerHTML);
}

function show(html) {
  const head = document.getElementById("obstacles");
  if (!head || head.dataset.said === html.trim()) return;
  const wasOpen = head.querySelector("details[open]") !== null;
  if (head.innerHTML.trim() !== html.trim()) head.innerHTML = html;
  head.dataset.said = html.trim();
  if (wasOpen) head.querySelector("details")?.setAttribute("open", "");
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
      show(await answer.text());
    } catch {
      // The next one tries again; what the page said last stays.
    }
  };
  setInterval(poll, INTERVAL);
}
