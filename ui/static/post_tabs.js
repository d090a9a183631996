// What a post says on each network, as tabs. Without a script the texts stand one below the other.
class PostTabs extends HTMLElement {
  connectedCallback() {
    const panels = [...this.querySelectorAll(":scope > [data-title]")];
    if (panels.length < 2 || this.querySelector("[role=tablist]")) return;
    const list = Object.assign(document.createElement("div"), { role: "tablist", ariaLabel: "Networks" });
    this.tabs = panels.map((panel, number) => this.makeTab(panel, number));
    list.append(...this.tabs);
    this.prepend(list);
    list.addEventListener("keydown", (event) => this.move(event));
    // Polling replaces the element: the tab that was chosen stays.
    this.select(this.tabs.find(({ textContent }) => textContent === PostTabs.chosen) ?? this.tabs[0]);
  }

  makeTab(panel, number) {
    const tab = Object.assign(document.createElement("button"), { type: "button", role: "tab", textContent: panel.dataset.title, id: `words-tab-${number}` });
    panel.querySelector("h3").hidden = true;
    Object.assign(panel, { id: `words-${number}`, role: "tabpanel" });
    panel.setAttribute("aria-labelledby", tab.id);
    tab.setAttribute("aria-controls", panel.id);
    tab.panel = panel;
    tab.addEventListener("click", () => { PostTabs.chosen = tab.textContent; this.select(tab); });
    return tab;
  }

  select(chosen) {
    for (const tab of this.tabs) {
      tab.setAttribute("aria-selected", tab === chosen);
      tab.tabIndex = tab === chosen ? 0 : -1;
      tab.panel.hidden = tab !== chosen;
    }
  }

  move(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const at = this.tabs.indexOf(document.activeElement);
    const next = this.tabs.at((at + step) % this.tabs.length);
    next.click();
    next.focus();
  }
}

export const definePostTabs = () => customElements.define("post-tabs", PostTabs);
