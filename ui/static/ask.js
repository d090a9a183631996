// A question in a dialog of the page, with two answers. Escape is the second one.
export function ask(question, yes, no) {
  const dialog = document.createElement("dialog");
  const title = Object.assign(document.createElement("h2"), { textContent: question, id: "ask-title" });
  dialog.setAttribute("aria-labelledby", title.id);
  const buttons = Object.assign(document.createElement("p"), { className: "actions" });
  const keep = Object.assign(document.createElement("button"), { textContent: no, autofocus: true, className: "primary" });
  const leave = Object.assign(document.createElement("button"), { textContent: yes });
  buttons.append(keep, leave);
  dialog.append(title, buttons);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    keep.addEventListener("click", () => dialog.close("no"));
    leave.addEventListener("click", () => dialog.close("yes"));
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
  });
}
