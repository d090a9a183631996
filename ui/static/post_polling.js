// Polls the server every two seconds for the open post, in the panel or on its own page, and replaces
// the parts that have changed. A part that the visitor is editing stays.
import { request, goToSignIn } from "./http.js";
import { updateHead } from "./page_head.js";
import { isOpen } from "./post_editing.js";

const INTERVAL = 2_000;
const MAX_INTERVAL = 30_000;
const CHANGED = "The post has changed in the meantime.";

export function pollPost() {
  let delay = INTERVAL;
  let timer;

  const schedule = () => {
    clearTimeout(timer);
    if (!document.hidden) timer = setTimeout(poll, delay);
  };

  const poll = async () => {
    const post = document.querySelector("[data-news]");
    try {
      if (post && !post.querySelector("[aria-busy=true]")) await update(post);
      delay = INTERVAL;
    } catch {
      delay = Math.min(delay * 2, MAX_INTERVAL); // the calendar shows that the connection is lost
    } finally {
      schedule();
    }
  };

  document.addEventListener("visibilitychange", () => (document.hidden ? clearTimeout(timer) : poll()));
  schedule();
}

async function update(post) {
  const headers = { "If-None-Match": `"${post.dataset.tag}"`, "X-Poll": "1" };
  const answer = await request(post.dataset.news, { headers });
  if (answer.status === 401) return goToSignIn();
  if (answer.status === 304 || answer.status === 404) return;
  if (answer.status !== 200) throw new Error(String(answer.status));
  const html = await answer.text();
  if (!post.isConnected || post.querySelector("[aria-busy=true]")) return; // it was replaced while the server answered
  const template = document.createElement("template");
  template.innerHTML = html;
  updateHead(template.content);
  const newPost = template.content.querySelector("[data-news]");
  const skipped = [...newPost.querySelectorAll("[data-part]")].filter((part) => !replacePart(post, part));
  // If a part was skipped, clear the tag: the next poll must return the whole post again.
  post.dataset.tag = skipped.length ? "" : newPost.dataset.tag;
  const message = skipped.length ? CHANGED : "";
  const hint = post.querySelector("[data-changed]");
  if (hint.textContent !== message) hint.textContent = message;
}

// Replaces the old part by the new one. False if the visitor is editing the old one and it has
// changed below the form.
function replacePart(post, part) {
  const old = post.querySelector(`[data-part="${part.dataset.part}"]`);
  if (isEdited(old)) return old.dataset.key === part.dataset.key;
  if (isSame(old, part)) return true;
  const hadFocus = old.contains(document.activeElement);
  const id = document.activeElement?.id;
  keepFolds(old, part);
  old.replaceWith(part);
  if (hadFocus) ((id && document.getElementById(id)) || post.querySelector("h2")).focus();
  return true;
}

const isEdited = (part) => isOpen(part) || part.querySelector("details.menu[open]") !== null;

// What the visitor has unfolded stays so.
function keepFolds(old, part) {
  const folds = part.querySelectorAll("details");
  for (const [n, each] of old.querySelectorAll("details").entries()) if (folds[n]) folds[n].open = each.open;
}

// Compares without what the script itself does: folds, tabs and countdowns.
function isSame(one, other) {
  const plain = one.cloneNode(true);
  for (const each of plain.querySelectorAll("details[open]")) each.removeAttribute("open");
  for (const each of plain.querySelectorAll("[data-countdown]")) {
    if (each.dataset.countdown) each.textContent = each.dataset.countdown;
    each.dataset.countdown = "";
  }
  for (const each of plain.querySelectorAll("post-tabs [role=tablist]")) each.remove();
  for (const each of plain.querySelectorAll("[role=tabpanel]")) {
    for (const name of ["id", "role", "aria-labelledby", "hidden"]) each.removeAttribute(name);
    each.querySelector("h3").hidden = false;
  }
  return plain.isEqualNode(other);
}
