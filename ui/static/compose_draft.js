// What was typed stays in this tab: after a reload, after signing in again. It is deleted once it was sent.
// Never kept: the token of the session, and links with a query, which may be signed.
import { base, csrf, notice, request } from "./http.js";
import { fieldsOf } from "./compose_check.js";

const NOT_KEPT = new Set(["csrf"]);
const keyOf = (form) => `compose ${base()} ${form.dataset.store}`;

function kept(form) {
  const fields = new URLSearchParams();
  for (const [name, value] of fieldsOf(form)) {
    if (NOT_KEPT.has(name) || !value) continue;
    const isLink = /^(thread)?(kept|links)/i.test(name);
    fields.append(name, isLink ? value.split("\n").filter((line) => !line.includes("?")).join("\n") : value);
  }
  return fields.toString();
}

const withoutOnce = (text) => text.replace(/(^|&)once=[^&]*/, "");

export class Draft {
  constructor(form) {
    this.form = form;
    this.key = keyOf(form);
    this.first = withoutOnce(kept(form));
    form.addEventListener("input", () => this.save());
    form.addEventListener("change", () => this.save());
  }

  get isChanged() {
    return withoutOnce(kept(this.form)) !== this.first;
  }

  save() {
    if (this.isChanged) window.sessionStorage.setItem(this.key, kept(this.form));
    else this.forget();
  }

  forget() {
    window.sessionStorage.removeItem(this.key);
  }
}

// The form with what this tab has kept of it, as HTML; null if it has nothing.
export async function broughtBack(form) {
  const text = window.sessionStorage.getItem(keyOf(form));
  if (!text || withoutOnce(text) === withoutOnce(kept(form))) return null;
  try {
    const answer = await request(`${form.action}/form`, { method: "POST", headers: { "X-CSRF-Token": csrf() }, body: new URLSearchParams(text) });
    return answer.ok ? await answer.text() : null;
  } catch {
    notice("Slotbeat does not answer. What you typed before is still in this tab: reload the page.");
    return null;
  }
}

export function forgetDraft(form) {
  window.sessionStorage.removeItem(keyOf(form));
}
