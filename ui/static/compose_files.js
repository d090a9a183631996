// The files of a post: uploaded at once, in an order that the mouse or the keyboard changes.
import { csrf, notice } from "./http.js";

export class FileList {
  constructor(box, form, signIn) {
    Object.assign(this, { box, form, signIn, list: box.querySelector("[data-files]"), news: box.querySelector("[data-file-news]") });
    box.querySelector("[data-plain]")?.remove(); // its alt texts stand at the files here
    const [upload, links] = [box.querySelector("input[type=file]"), box.querySelector(".file-links textarea")];
    upload.addEventListener("change", () => this.add([...upload.files].map((file) => [upload.name, file]), () => { upload.value = ""; }));
    links.addEventListener("change", () => {
      if (links.value.trim()) this.add([[links.name, links.value]], () => { links.value = ""; });
    });
    this.list.addEventListener("click", ({ target }) => this.press(target.closest("button")));
    this.list.addEventListener("input", () => this.count());
    this.watchDragging();
    this.watchDropping(upload.name);
    this.number();
    if (links.value.trim()) this.add([[links.name, links.value]], () => { links.value = ""; }); // typed without a script
  }

  get items() {
    return [...this.list.querySelectorAll(":scope > [data-file]")];
  }

  // Sends files or links to the server, and shows what it has made of them.
  add(fields, done) {
    if (!fields.length) return;
    const body = new FormData();
    body.append("csrf", csrf());
    body.append("list", this.box.dataset.fileList);
    for (const [name, value] of fields) body.append(name, value);
    const sender = new XMLHttpRequest(); // fetch does not say how far an upload is
    sender.open("POST", `${this.form.action}/files`);
    sender.setRequestHeader("X-Requested-With", "fetch");
    sender.setRequestHeader("X-CSRF-Token", csrf());
    sender.setRequestHeader("Accept", "text/html");
    sender.upload.addEventListener("progress", ({ loaded, total }) => this.say(`Uploading: ${Math.floor((100 * loaded) / total)} %`));
    sender.addEventListener("error", () => this.say("Slotbeat does not answer. Add the file again."));
    sender.addEventListener("load", () => {
      if (sender.status === 401) return this.signIn(() => this.add(fields, done));
      if (sender.status >= 400) return this.refuse(sender.responseText);
      done();
      this.say("");
      this.list.insertAdjacentHTML("beforeend", sender.responseText);
      this.changed();
    });
    sender.send(body);
  }

  say(words) {
    this.news.textContent = words;
    this.news.classList.remove("problem");
  }

  refuse(html) {
    this.say(new DOMParser().parseFromString(html, "text/html").body.textContent.trim());
    this.news.classList.add("problem");
  }

  press(button) {
    const item = button?.closest("[data-file]");
    if (!item) return;
    if (button.hasAttribute("data-remove")) {
      const next = item.nextElementSibling ?? item.previousElementSibling;
      const { order } = this.before();
      item.remove();
      this.changed(order);
      (next?.querySelector("[data-remove]") ?? this.box.querySelector("input[type=file]")).focus();
    } else if (button.dataset.move) {
      const { order } = this.before();
      if (button.dataset.move === "1") item.nextElementSibling?.after(item);
      else item.previousElementSibling?.before(item);
      this.changed(order);
      button.focus();
      notice(`File ${this.items.indexOf(item) + 1} of ${this.items.length}`, { seconds: 3 });
    }
  }

  before() {
    return { order: this.items };
  }

  // Everything that follows from the order: names, buttons, the files of versions.
  changed(earlier = this.items) {
    this.number();
    const moved = new Map(earlier.map((item, place) => [place + 1, this.items.indexOf(item) + 1]));
    this.form.dispatchEvent(new CustomEvent("compose:files", { detail: { list: this.box.dataset.fileList, moved } }));
    this.form.dispatchEvent(new Event("input", { bubbles: true }));
  }

  number() {
    const items = this.items;
    items.forEach((item, place) => {
      item.draggable = items.length > 1;
      for (const each of item.querySelectorAll(".plain-only")) each.remove();
      for (const button of item.querySelectorAll("button")) button.hidden = false;
      item.querySelector("[data-move='-1']").disabled = place === 0;
      item.querySelector("[data-move='1']").disabled = place === items.length - 1;
      const text = item.querySelector("[data-alt]");
      if (!text) return;
      text.name = `${text.dataset.alt}${place + 1}`;
      text.id = `pub-${text.dataset.alt}-${place + 1}`;
      item.querySelector("label").htmlFor = text.id;
    });
    this.count();
  }

  count() {
    const texts = [...this.list.querySelectorAll("[data-alt]")];
    const written = texts.filter(({ value }) => value.trim()).length;
    if (!this.news.classList.contains("problem")) this.say(texts.length ? `Alt text ${written} of ${texts.length}` : "");
  }

  watchDragging() {
    let dragged = null;
    this.list.addEventListener("dragstart", (event) => {
      dragged = event.target.closest?.("[data-file]") ?? null;
      if (!dragged) return;
      this.order = this.items;
      event.dataTransfer.effectAllowed = "move";
      dragged.classList.add("dragged");
    });
    this.list.addEventListener("dragover", (event) => {
      const over = event.target.closest("[data-file]");
      if (!dragged || !over) return;
      event.preventDefault();
      const { top, height, left, width } = over.getBoundingClientRect();
      const isAfter = this.items.indexOf(over) > this.items.indexOf(dragged);
      const isFar = isAfter ? event.clientY > top + height / 3 || event.clientX > left + width / 3 : event.clientY < top + (2 * height) / 3;
      if (over !== dragged && isFar) over[isAfter ? "after" : "before"](dragged);
    });
    this.list.addEventListener("dragend", () => {
      dragged?.classList.remove("dragged");
      if (dragged) this.changed(this.order);
      dragged = null;
    });
  }

  // Files from the desktop.
  watchDropping(name) {
    this.box.addEventListener("dragover", (event) => {
      if (event.dataTransfer.types.includes("Files")) event.preventDefault();
    });
    this.box.addEventListener("drop", (event) => {
      if (!event.dataTransfer.files.length) return;
      event.preventDefault();
      this.add([...event.dataTransfer.files].map((file) => [name, file]), () => {});
    });
  }
}
