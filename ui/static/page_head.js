// The head of the page, which polling keeps true: what keeps posts from going out.

// Shows what a polled part says in its template. The region is live, so only a change is written.
export function updateHead(part) {
  const head = document.getElementById("obstacles");
  const said = part.querySelector("template[data-obstacles]");
  if (!head || !said || head.innerHTML.trim() === said.innerHTML.trim()) return;
  head.innerHTML = said.innerHTML;
}
