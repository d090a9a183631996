// Where a card can go: a free slot takes it, a taken one swaps; in the month a day with a free slot.

// What a card would do on this element: {kind, value, element, words}; null where it cannot go.
export function findTarget(card, element) {
  const slot = element.closest?.("[data-slot]");
  if (slot && Number(slot.dataset.free) > 0) {
    return slot.contains(card) ? null : { kind: "slot", value: slot.dataset.slot, element: slot, words: "Move here" };
  }
  const other = element.closest?.("[data-post]") ?? slot?.querySelector("[data-move=swap]");
  if (other?.dataset.move === "swap" && card.dataset.move === "swap" && other !== card && !slot?.contains(card)) {
    const words = `Swap with “${other.querySelector("a").textContent.trim().slice(0, 24)}…”`;
    return { kind: "with", value: other.dataset.post, element: other, words };
  }
  const day = element.closest?.("[data-day]");
  if (!day || day.contains(card)) return null;
  return { kind: "day", value: day.dataset.day, element: day, words: "Move to the first free slot" };
}

// All targets of a card on the page, for the keyboard.
export function allTargets(card) {
  const places = document.querySelectorAll("[data-live] [data-slot], [data-live] [data-day]");
  return [...places].map((each) => findTarget(card, each)).filter(Boolean);
}

export function mark(target) {
  if (document.querySelector(".drop") === (target?.element ?? null)) return;
  unmark();
  if (!target) return;
  target.element.classList.add("drop");
  target.element.dataset.drop = target.words;
}

export function unmark() {
  for (const each of document.querySelectorAll(".drop")) {
    each.classList.remove("drop");
    delete each.dataset.drop;
  }
}

// Puts the card there on the page; returns what puts it back.
export function place(card, { kind, element }) {
  if (kind === "with") {
    exchange(card, element);
    return () => exchange(card, element);
  }
  const marker = document.createComment("");
  card.replaceWith(marker);
  (kind === "day" ? element.querySelector("ul") ?? element : element).prepend(card);
  return () => marker.replaceWith(card);
}

function exchange(one, other) {
  const marker = document.createComment("");
  one.replaceWith(marker);
  other.replaceWith(one);
  marker.replaceWith(other);
}
