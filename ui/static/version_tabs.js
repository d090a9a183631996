// Tabs for what a post says on each network: all networks together, and each one that is ticked, or
// in whose fields something stands. Without a script the panels are sections that open and close.
class VersionTabs extends HTMLElement {
  connectedCallback() {
    if (this.tabs) return;
    this.list = Object.assign(document.createElement("div"), { role: "tablist", ariaLabel: "Networks" });
    this.panels = [...this.querySelectorAll(":scope > details")].map(toPanel);
    this.tabs = this.panels.map((panel) => this.makeTab(panel));
    this.list.append(...this.tabs);
    this.prepend(this.list);
    this.list.addEventListener("keydown", (event) => this.move(event));
    this.closest("form").addEventListener("change", () => this.update());
    this.links = new AbortController();
    // A link to a field that is wrong.
    document.addEventListener("click", ({ target }) => this.follow(target.closest("a[href^='#']")), this.links);
    this.select(this.tabOf(this.querySelector("[aria-invalid]")) ?? this.tabs[0]);
  }

  disconnectedCallback() {
    this.links.abort();
  }

  makeTab(panel) {
    const tab = Object.assign(document.createElement("button"), { type: "button", role: "tab", textContent: panel.dataset.title });
    tab.setAttribute("aria-controls", panel.id);
    tab.addEventListener("click", () => this.select(tab));
    return tab;
  }

  select(chosen) {
    this.chosen = chosen;
    this.update();
  }

  update() {
    const form = this.closest("form");
    const ticked = (name) => form.querySelectorAll(`[data-platform="${name}"]:checked`).length;
    // An account has a tab of its own beside another one of its network.
    const isUsed = ({ dataset: { network, of } }) => !network
      || (of ? form.querySelector(`[value="${network}"]:checked`) && ticked(of) > 1 : ticked(network));
    const isFilled = (panel) => [...panel.querySelectorAll("input, textarea")].some(({ value }) => value.trim());
    this.panels.forEach((panel, number) => { this.tabs[number].hidden = !isUsed(panel) && !isFilled(panel); });
    if (this.chosen.hidden) this.chosen = this.tabs[0];
    this.panels.forEach((panel, number) => {
      const isChosen = this.tabs[number] === this.chosen;
      panel.hidden = !isChosen;
      this.tabs[number].ariaSelected = String(isChosen);
      this.tabs[number].tabIndex = isChosen ? 0 : -1;
    });
  }

  move(event) {
    const shown = this.tabs.filter((tab) => !tab.hidden);
    const place = shown.indexOf(this.chosen);
    const to = { ArrowRight: place + 1, ArrowLeft: place - 1, Home: 0, End: -1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.select(shown.at(to % shown.length));
    this.chosen.focus();
  }

  tabOf(field) {
    return this.tabs[this.panels.findIndex((panel) => field && panel.contains(field))];
  }

  follow(link) {
    const tab = link && this.tabOf(document.getElementById(link.hash.slice(1)));
    if (tab) this.select(tab);
  }
}

function toPanel(section, number) {
  const summary = section.querySelector("summary");
  const panel = Object.assign(document.createElement("div"), { id: `pub-tab-${number}`, role: "tabpanel", ariaLabel: `Post on ${summary.textContent}` });
  Object.assign(panel.dataset, { title: summary.textContent, network: section.dataset.network ?? "", of: section.dataset.of ?? "" });
  summary.remove();
  panel.append(...section.childNodes);
  section.replaceWith(panel);
  return panel;
}

export function defineVersionTabs() {
  customElements.define("version-tabs", VersionTabs);
}
