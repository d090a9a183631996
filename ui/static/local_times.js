// Times are those of the organization. Where the viewer's own clock differs, a tooltip says its time.
const own = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

// Only while the pointer is there: polling compares parts as the server wrote them.
export function tellOwnTimes() {
  document.addEventListener("mouseover", ({ target }) => {
    const time = target.closest?.("time[datetime]");
    const at = time && new Date(time.dateTime);
    if (!time || time.title || Number.isNaN(at.getTime())) return;
    const text = own.format(at);
    if (text.endsWith(time.textContent.trim().slice(-5))) return; // the same clock
    time.title = `Your time: ${text}`;
    time.addEventListener("mouseout", () => time.removeAttribute("title"), { once: true });
  });
}
