// The head of the page, which polling keeps true: what keeps posts from going out, and how
// many posts need a person.

// Shows what a polled part says in its template. The region is live, so only a change is written.
export function updateHead(part) {
  const head = document.getElementById("obstacles");
  const said = part.querySelector("template[data-obstacles]");
  if (said) showCount(Number(said.dataset.inbox));
  if (!head || !said || head.innerHTML.trim() === said.innerHTML.trim()) return;
  head.innerHTML = said.innerHTML;
}

// More than 99 are not counted.
function showCount(number) {
  const count = document.querySelector("[data-inbox-count]");
  if (!count || Number.isNaN(number)) return;
  const text = number > 99 ? "99+" : String(number);
  if (count.textContent !== text) count.textContent = text;
  count.hidden = number === 0;
}
