// The form that publishes: a date that is typed chooses "At a certain time", and the button names
// the date. The server refuses the same combinations; here they are named before they are sent.

const DATED_MODES = ["schedule", "draft"];
const FORM = "#publish form";
const CONFLICT = "Choose “At a certain time” or “As a draft”, or clear the date.";

const format = new Intl.DateTimeFormat("en-GB", {
  weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit",
  hourCycle: "h23", timeZone: "UTC",
});

// The value of the input has no zone: it is read and shown as UTC, so that nothing moves it.
function dateText(value) {
  const date = new Date(`${value}Z`);
  if (Number.isNaN(date.getTime())) return "the date above";
  const part = Object.fromEntries(format.formatToParts(date).map(({ type, value }) => [type, value]));
  return `${part.weekday} ${part.day} ${part.month} ${part.year}, ${part.hour}:${part.minute}`;
}

function update(form) {
  const { publishMode, scheduledAt } = form.elements;
  const isDated = DATED_MODES.includes(publishMode.value);
  scheduledAt.required = publishMode.value === "schedule"; // a draft needs no date
  scheduledAt.setCustomValidity(!isDated && scheduledAt.value ? CONFLICT : "");
  for (const each of form.querySelectorAll("[data-date]")) each.textContent = dateText(scheduledAt.value);
  for (const each of form.querySelectorAll("[data-dated]")) each.hidden = !scheduledAt.value;
}

export function watchComposeForm() {
  document.addEventListener("input", ({ target }) => {
    const form = target.closest?.(FORM);
    if (!form) return;
    const { publishMode, scheduledAt } = form.elements;
    if (target === scheduledAt && !DATED_MODES.includes(publishMode.value)) publishMode.value = "schedule";
    update(form);
  });
  // Browsers fill in what was typed before a reload, or before a page was left.
  window.addEventListener("pageshow", () => document.querySelectorAll(FORM).forEach(update));
}
