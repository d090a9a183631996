// A card is dragged to a slot: a free one takes it, a taken one swaps. Shown at once, and put back
// with the reason if the server refuses. The notice has the way back.
import { base, csrf, request, notice, undoForm, goToSignIn } from "./http.js";
import { findTarget, mark, unmark, place } from "./move_targets.js";

const PATH = "/calendar/move";
const NO_ANSWER = "Slotbeat does not answer. Nothing was moved; try again.";
let inHand = null;
let movedId = ""; // shown where it went, once the calendar is drawn again

export function watchMoves() {
  document.addEventListener("submit", sendForm, { capture: true });
  if (!document.querySelector("[data-live]")) return;
  document.addEventListener("dragstart", take);
  document.addEventListener("dragover", (event) => {
    const target = inHand && findTarget(inHand, event.target);
    if (target) event.preventDefault();
    mark(target);
  });
  document.addEventListener("drop", (event) => {
    const target = inHand && findTarget(inHand, event.target);
    if (!target) return;
    event.preventDefault();
    move(inHand, target);
  });
  document.addEventListener("dragend", release);
  document.addEventListener("slotbeat:shown", showMoved);
}

function take(event) {
  inHand = event.target.closest?.("[data-move]") ?? null;
  if (!inHand) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", inHand.innerText);
  event.dataTransfer.setDragImage(inHand, 20, 20);
  inHand.classList.add("is-dragged");
  document.body.classList.add("is-moving");
}

function release() {
  inHand?.classList.remove("is-dragged");
  inHand = null;
  document.body.classList.remove("is-moving");
  unmark();
}

// Moves a card to a target: first on the page, then at the server.
export async function move(card, target) {
  release();
  const putBack = place(card, target);
  const isDone = await send({ post: card.dataset.post, [target.kind]: target.value });
  if (!isDone) putBack();
}

// Forms that move a post, such as the undo in a notice, work without a script too.
function sendForm(event) {
  const form = event.target;
  if (event.defaultPrevented || !form.getAttribute("action")?.endsWith(PATH)) return;
  event.preventDefault();
  send(Object.fromEntries(new FormData(form, event.submitter)));
}

async function send(fields) {
  try {
    const answer = await request(base() + PATH, {
      method: "post", headers: { "X-CSRF-Token": csrf() }, body: new URLSearchParams({ csrf: csrf(), ...fields }),
    });
    if (answer.status === 401) return goToSignIn();
    if (!answer.ok) return refuse(await answer.text());
    const { notice: sentence, undo, post } = await answer.json();
    movedId = post;
    notice(sentence, { undo: undo && undoForm(PATH, undo) });
    document.dispatchEvent(new CustomEvent("slotbeat:changed"));
    return true;
  } catch {
    notice(NO_ANSWER);
    return false;
  }
}

function refuse(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  const problem = template.content.querySelector(".problem") ?? template.content;
  notice(problem.textContent.trim(), { seconds: 10 });
  return false;
}

function showMoved() {
  const card = document.getElementById(`post-${movedId}`)?.closest("[data-post]");
  movedId = "";
  if (!card) return;
  card.scrollIntoView({ block: "nearest" });
  card.classList.add("moved");
  setTimeout(() => card.classList.remove("moved"), 1600);
}
