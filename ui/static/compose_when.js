// When a post goes out: the button names the time, and only the field of the chosen way is there. A
// field that is not shown is not sent.

const format = new Intl.DateTimeFormat("en-GB", {
  weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit",
  hourCycle: "h23", timeZone: "UTC",
});

// The value of the input has no zone: it is read and shown as UTC, so that nothing moves it.
function dateText(value, thisYear) {
  const date = new Date(`${value}Z`);
  if (Number.isNaN(date.getTime())) return "the date above";
  const part = Object.fromEntries(format.formatToParts(date).map(({ type, value }) => [type, value]));
  const year = part.year === thisYear ? "" : ` ${part.year}`;
  return `${part.weekday} ${part.day} ${part.month}${year}, ${part.hour}:${part.minute}`;
}

function showTargets(form) {
  const ticked = form.querySelectorAll("[data-platform]:checked");
  const count = new Set([...ticked].map(({ dataset }) => dataset.platform)).size;
  const words = count ? ` to ${count} ${count === 1 ? "network" : "networks"}` : "";
  for (const each of form.querySelectorAll("[data-targets]")) each.textContent = words;
}

// "Tue 8 Dec, 17:00", as the slot picker names the day and the time.
function slotText(radio) {
  if (!radio) return "";
  const [weekday, day, month] = radio.closest("[role=group]").getAttribute("aria-label").split(" ");
  return `${weekday.slice(0, 3)} ${day} ${month.slice(0, 3)}, ${radio.parentElement.querySelector("time").textContent}`;
}

function showSlot(form) {
  const words = slotText(form.querySelector("[name=slot]:checked"));
  for (const each of form.querySelectorAll("[data-slot]")) each.textContent = words;
  for (const each of form.querySelectorAll("[data-slot-known]")) each.hidden = !words;
}

function update(form) {
  const { publishMode, scheduledAt } = form.elements;
  if (scheduledAt) {
    const isDated = publishMode.value === "schedule" || (publishMode.value === "draft" && scheduledAt.closest("[data-for=dated]") !== null);
    scheduledAt.disabled = !isDated;
    scheduledAt.required = publishMode.value === "schedule"; // a draft needs no date
    const year = form.querySelector("[data-year]")?.dataset.year;
    for (const each of form.querySelectorAll("[data-date]")) each.textContent = dateText(scheduledAt.value, year);
    for (const each of form.querySelectorAll("[data-dated]")) each.hidden = !scheduledAt.value;
  }
  showTargets(form);
  showSlot(form);
}

export function watchWhen(form) {
  form.addEventListener("input", () => update(form));
  form.addEventListener("change", () => update(form));
  update(form);
}
