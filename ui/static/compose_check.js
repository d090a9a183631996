// What the server says while somebody writes: lengths, problems, previews. It counts, not this script.
import { csrf, request } from "./http.js";

const PAUSE = 350; // ms without a key, before the form is sent

// The fields of a form as they are sent without its files.
export function fieldsOf(form) {
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === "string") fields.append(name, value);
  return fields;
}

export class Checker {
  constructor(form, signIn) {
    this.form = form;
    this.signIn = signIn;
    this.touched = new Set(); // what nobody has written in yet is not wrong yet
    form.addEventListener("input", ({ target }) => this.later(target.name));
    form.addEventListener("change", ({ target }) => this.later(target.name));
  }

  later(name) {
    if (name) this.touched.add(name);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), PAUSE);
  }

  async send() {
    const fields = fieldsOf(this.form);
    const asked = (this.asked = {});
    let answer, html;
    try {
      answer = await request(this.form.action.replace(/\/compose$/, "/compose/check"), { method: "POST", headers: { "X-CSRF-Token": csrf() }, body: fields });
      html = await answer.text();
    } catch {
      return; // the next key asks again
    }
    if (asked !== this.asked || !this.form.isConnected) return;
    if (answer.status === 401) return this.signIn(() => this.send());
    if (answer.ok) this.show(html);
    this.form.dispatchEvent(new CustomEvent("compose:checked"));
  }

  show(html) {
    const part = new DOMParser().parseFromString(html, "text/html").querySelector("[data-said]");
    if (!part) return;
    for (const name of ["counts", "previews"]) {
      const place = this.form.querySelector(`[data-part=${name}]`);
      const said = part.querySelector(`[data-part=${name}]`);
      if (said && place.innerHTML.trim() !== said.innerHTML.trim()) place.innerHTML = said.innerHTML;
    }
    this.showProblems(JSON.parse(part.dataset.problems));
    if (part.querySelector("[data-part]")) this.showOptions(new Set(part.dataset.carried.split(" ")));
  }

  showProblems(problems) {
    for (const name of this.touched) {
      const field = this.form.querySelector(`[name="${CSS.escape(name)}"]:not([type=hidden]):not([type=radio])`);
      if (field) showProblem(field, name, problems[name]);
    }
  }

  // Options that would not be sent are out of the way, unless something stands in them.
  showOptions(carried) {
    for (const box of this.form.querySelectorAll("[data-option]")) {
      const isFilled = [...box.querySelectorAll("input, select, textarea")].some(({ value }) => value);
      box.toggleAttribute("data-unused", !carried.has(box.dataset.option) && !isFilled);
    }
    showNetworks(this.form);
  }
}

// The sections of networks that are ticked, as far as they have something to choose.
export function showNetworks(form) {
  for (const section of form.querySelectorAll("[data-options]")) {
    const isTicked = form.querySelector(`[data-platform="${section.dataset.options}"]:checked`) !== null;
    const fields = [...section.querySelectorAll("[data-option]")];
    const isFilled = fields.some((box) => box.querySelector("input, select, textarea").value);
    section.hidden = !isFilled && (!isTicked || fields.every((box) => box.hasAttribute("data-unused")));
  }
  const title = form.querySelector("[data-titled]");
  title.hidden = !title.querySelector("input").value && !form.querySelector("[data-platform=wordpress]:checked");
}

function showProblem(field, name, sentences) {
  const isChoice = field.type === "checkbox";
  const place = isChoice ? field.closest("fieldset") : field;
  const id = `problem-${name}`;
  const said = document.getElementById(id);
  if (!sentences) {
    said?.remove();
    place.removeAttribute("aria-invalid");
    return;
  }
  const words = sentences.join("; ");
  if (said) {
    if (said.textContent !== words) said.textContent = words;
  } else {
    const shown = Object.assign(document.createElement("p"), { id, className: "problem", textContent: words });
    if (isChoice) place.append(shown);
    else field.after(shown);
  }
  place.setAttribute("aria-invalid", "true");
  if (!(place.getAttribute("aria-describedby") ?? "").includes(id)) {
    place.setAttribute("aria-describedby", `${place.getAttribute("aria-describedby") ?? ""} ${id}`.trim());
  }
}
