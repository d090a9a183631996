// Menus are <details> elements; the script closes them by Escape, and by a click elsewhere.
const open = () => document.querySelectorAll("details.menu[open]");

export function watchMenus() {
  document.addEventListener("click", ({ target }) => {
    for (const menu of open()) if (!menu.contains(target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    const menu = [...open()].at(-1);
    if (event.key !== "Escape" || !menu) return;
    event.preventDefault(); // the panel below stays
    menu.open = false;
    menu.querySelector("summary").focus();
  }, { capture: true });
  document.addEventListener("toggle", ({ target }) => {
    if (!target.matches?.("details.menu[open]")) return;
    for (const menu of open()) if (menu !== target && !menu.contains(target)) menu.open = false;
  }, { capture: true });
}
