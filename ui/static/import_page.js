// The import: a file that is dropped or chosen is sent at once, and a form that takes long says so.
// Dropping on the field works without this script.
export function watchImport() {
  const forms = document.querySelectorAll("form[data-import]");
  for (const form of forms) {
    form.addEventListener("submit", () => showBusy(form));
    const file = form.querySelector("input[type=file]");
    if (file) watchDrops(form, file);
  }
  // Whoever comes back finds the form as it was sent, and busy.
  if (forms.length) window.addEventListener("pageshow", (event) => event.persisted && window.location.reload());
}

function watchDrops(form, file) {
  const zone = file.closest(".drop-zone");
  for (const kind of ["dragenter", "dragover"]) zone.addEventListener(kind, () => zone.classList.add("is-over"));
  for (const kind of ["dragleave", "drop"]) zone.addEventListener(kind, () => zone.classList.remove("is-over"));
  file.addEventListener("change", () => file.files.length && form.requestSubmit());
}

function showBusy(form) {
  form.setAttribute("aria-busy", "true");
  const status = form.querySelector("[data-busy]");
  status.textContent = status.dataset.busy;
}
