// An open post follows what happens to it, in the panel and on a page of its own: it asks every two
// seconds, and replaces the parts that have changed. A part in which somebody is at work stays.
import { request, goToSignIn } from "./http.js";

const INTERVAL = 2_000;
const MAX_INTERVAL = 30_000;
const CHANGED = "The post has changed meanwhile.";

export function pollPost() {
  let delay = INTERVAL;
  let timer;

  const plan = () => {
    clearTimeout(timer);
    if (!document.hidden) timer = setTimeout(poll, delay);
  };

  const poll = async () => {
    const post = document.querySelector("[data-news]");
    try {
      if (post && !post.querySelector("[aria-busy=true]")) await renew(post);
      delay = INTERVAL;
    } catch {
      delay = Math.min(delay * 2, MAX_INTERVAL); // the calendar says that nobody answers
    } finally {
      plan();
    }
  };

  document.addEventListener("visibilitychange", () => (document.hidden ? clearTimeout(timer) : poll()));
  plan();
}

async function renew(post) {
  const headers = { "If-None-Match": `"${post.dataset.tag}"`, "X-Poll": "1" };
  const answer = await request(post.dataset.news, { headers });
  if (answer.status === 401) return goToSignIn();
  if (answer.status === 304 || answer.status === 404) return;
  if (answer.status !== 200) throw new Error(String(answer.status));
  const html = await answer.text();
  if (!post.isConnected || post.querySelector("[aria-busy=true]")) return; // another one took its place
  const fresh = document.createElement("template");
  fresh.innerHTML = html;
  const now = fresh.content.querySelector("[data-news]");
  const left = [...now.querySelectorAll("[data-part]")].filter((part) => !replacePart(post, part));
  // While a part was left as it was, the next answer is wanted whole again.
  post.dataset.tag = left.length ? "" : now.dataset.tag;
  const said = left.length ? CHANGED : "";
  const place = post.querySelector("[data-changed]");
  if (place.textContent !== said) place.textContent = said;
}

// Put a new part in place of the old one; false where somebody is at work in that.
function replacePart(post, part) {
  const old = post.querySelector(`[data-part="${part.dataset.part}"]`);
  if (isSame(old, part)) return true;
  if (isAtWork(old)) return false;
  const hadFocus = old.contains(document.activeElement);
  old.replaceWith(part);
  if (hadFocus) post.querySelector("h2").focus();
  return true;
}

const isAtWork = (part) =>
  part.querySelector("details[open]") !== null ||
  (part.contains(document.activeElement) && part.querySelector("form") !== null) ||
  [...part.querySelectorAll("input, textarea")].some((field) => field.value !== field.defaultValue);

function isSame(one, other) {
  const plain = one.cloneNode(true);
  for (const each of plain.querySelectorAll("details[open]")) each.removeAttribute("open");
  return plain.isEqualNode(other);
}
