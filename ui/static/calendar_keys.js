// The calendar by keyboard: j and k go from card to card, e edits, m moves: arrows choose a slot.
import { base, notice } from "./http.js";
import { shortcut } from "./shortcuts.js";
import { allTargets, mark, unmark } from "./move_targets.js";
import { move } from "./calendar_moves.js";

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const HINT = "Arrow keys choose, Enter moves, Escape leaves it.";
let moving = null; // {card, targets, target}

export function watchCalendarKeys() {
  if (!document.querySelector("[data-live]")) return;
  shortcut("j", "Next post", () => go(1));
  shortcut("k", "Previous post", () => go(-1));
  shortcut("e", "Edit the post", () => { const card = focused(); return card ? window.location.assign(`${base()}/compose/${card.dataset.post}`) : false; });
  shortcut("m", "Move the post to another slot", () => begin(focused()));
  document.addEventListener("keydown", choose, { capture: true });
  document.addEventListener("pointerdown", end);
  document.addEventListener("click", openEmptyTime);
  showToday();
}

const focused = () => document.activeElement?.closest("[data-live] [data-post]") ?? null;

function go(step) {
  const links = [...document.querySelectorAll("[data-live] [data-post] > a")];
  const here = links.indexOf(document.activeElement);
  const next = here < 0 ? links.find((each) => !each.closest(".over")) ?? links[0] : links[here + step];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

function begin(card) {
  if (!card?.dataset.move) return false;
  const targets = allTargets(card);
  if (!targets.length) return notice("There is no slot to move it to in what is shown.");
  moving = { card, targets, target: null };
  document.body.classList.add("is-moving");
  aim(nearest(card, targets, () => true));
}

function choose(event) {
  if (!moving) return;
  const arrow = ARROWS[event.key];
  if (!arrow && !["Enter", "Escape"].includes(event.key)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const { card, targets, target } = moving;
  if (event.key === "Escape") { end(); notice("Not moved."); }
  else if (event.key === "Enter") { end(); move(card, target).then(() => document.getElementById(`post-${card.dataset.post}`)?.focus()); }
  else aim(nearest(target.element, targets, ([x, y]) => x * arrow[0] + y * arrow[1] > 4, arrow) ?? target);
}

function end() {
  if (!moving) return;
  moving = null;
  document.body.classList.remove("is-moving");
  unmark();
}

function aim(target) {
  moving.target = target;
  mark(target);
  target.element.scrollIntoView({ block: "nearest" });
  notice(`${nameOf(target)}: ${target.words}. ${HINT}`, { seconds: 0 });
}

// Thursday 26 Nov 17:00; of a month, the date.
function nameOf({ element }) {
  const day = element.closest("[data-date]");
  if (!day) return element.closest("td").querySelector(".date").textContent.replace(", to the week", "").trim();
  return `${day.querySelector("h2").textContent.trim()} ${element.closest("li").querySelector("time").textContent}`;
}

// The target that lies nearest in a direction; sideways counts double.
function nearest(from, targets, isAhead, [dx, dy] = [1, 1]) {
  const [x, y] = centre(from);
  const ways = targets.map((target) => ({ target, way: centre(target.element).map((each, axis) => each - [x, y][axis]) }));
  const cost = ({ way }) => Math.abs(way[0]) * (dx ? 1 : 4) + Math.abs(way[1]) * (dy ? 1 : 4);
  return ways.filter(({ way }) => isAhead(way)).sort((one, other) => cost(one) - cost(other))[0]?.target;
}

function centre(element) {
  const { left, top, width, height } = element.getBoundingClientRect();
  return [left + width / 2, top + height / 2];
}

// An empty time of the week opens the composer with it.
function openEmptyTime({ target }) {
  const day = target.matches?.(".day li:empty") && target.closest(".day:not(.over)");
  if (!day || !document.querySelector("[data-new]")) return;
  const row = [...target.parentElement.children].indexOf(target);
  const time = document.querySelectorAll(".week-times time")[row]?.textContent;
  if (time) window.location.assign(`${base()}/compose?at=${day.dataset.date}T${time}`);
}

// The week of today is on the screen of a month, and today on that of a phone.
function showToday() {
  if (window.location.hash) return;
  document.querySelector(".month tr:has([aria-current=date])")?.scrollIntoView({ block: "nearest" });
  const isStacked = getComputedStyle(document.querySelector(".week-times") ?? document.body).display === "none";
  if (isStacked) document.querySelector(".day.today")?.scrollIntoView();
}
