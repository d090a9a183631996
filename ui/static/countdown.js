// Counts down to the next try, without asking the server: "next at 17:00:12" becomes "next in 12 s".
const INTERVAL = 1_000;

function words(at) {
  const seconds = Math.ceil((at - Date.now()) / 1000);
  if (seconds <= 0) return "now";
  if (seconds < 100) return `next in ${seconds} s`;
  return seconds < 5_400 ? `next in ${Math.round(seconds / 60)} min` : null;
}

function count() {
  for (const time of document.querySelectorAll("[data-countdown]")) {
    time.dataset.countdown ||= time.textContent;
    const text = words(Date.parse(time.dateTime)) ?? time.dataset.countdown;
    if (time.textContent !== text) time.textContent = text;
  }
}

export function watchCountdowns() {
  count();
  setInterval(() => { if (!document.hidden) count(); }, INTERVAL);
}
