// Which of the post's files a network gets: thumbnails to tick, in place of their numbers. The order in
// which they are ticked is the order there.
const NONE = "0";
const LIST = "kept";

export class FilePick {
  constructor(box, form) {
    Object.assign(this, { box, form, input: box.querySelector("input") });
    for (const each of box.querySelectorAll("label, .hint")) each.hidden = true;
    this.input.type = "hidden";
    this.row = Object.assign(document.createElement("div"), { className: "pick-row", role: "group", ariaLabel: box.querySelector("label").textContent });
    box.append(this.row);
    form.addEventListener("compose:files", ({ detail }) => {
      if (detail.list === LIST) this.follow(detail.moved);
    });
    this.draw();
  }

  get files() {
    return [...this.form.querySelectorAll(`[data-file-list="${LIST}"] [data-file]`)];
  }

  get chosen() {
    const text = this.input.value.trim();
    if (text === NONE) return [];
    return text ? text.replaceAll(",", " ").split(/\s+/).map(Number) : this.files.map((_, place) => place + 1);
  }

  // The same files after the order has changed, or one is gone.
  follow(moved) {
    if (this.input.value.trim()) this.write(this.chosen.map((number) => moved.get(number)).filter(Boolean));
    this.draw();
  }

  write(numbers) {
    const isAsAll = numbers.length === this.files.length && numbers.every((number, place) => number === place + 1);
    this.input.value = isAsAll ? "" : numbers.join(" ") || NONE;
  }

  toggle(number) {
    const numbers = this.chosen;
    this.write(numbers.includes(number) ? numbers.filter((each) => each !== number) : [...numbers, number]);
    this.draw();
    this.row.children[number - 1].focus();
    this.form.dispatchEvent(new Event("input", { bubbles: true }));
  }

  draw() {
    const numbers = this.chosen;
    const buttons = this.files.map((file, place) => {
      const position = numbers.indexOf(place + 1);
      const button = Object.assign(document.createElement("button"), { type: "button", className: "pick" });
      button.setAttribute("aria-pressed", String(position >= 0));
      const picture = file.querySelector(".picture").cloneNode(true);
      picture.setAttribute("aria-hidden", "true");
      const name = file.querySelector(".file-name").textContent;
      button.append(picture, Object.assign(document.createElement("span"), { className: "sr", textContent: name }));
      if (position >= 0) button.append(Object.assign(document.createElement("span"), { className: "pick-place", textContent: String(position + 1) }));
      button.addEventListener("click", () => this.toggle(place + 1));
      return button;
    });
    this.row.replaceChildren(...buttons);
    this.box.hidden = buttons.length === 0;
  }
}
