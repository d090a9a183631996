// Forms with data-enhance: sent by fetch. The answer replaces the content of
// - the element that data-target names (a selector), or
// - the panel, if the form is in it, or
// - the form itself.
import { request, csrf, isFullPage, notice, goToSignIn } from "./http.js";
import { showDoneMessages } from "./done_messages.js";
import { updateHead } from "./page_head.js";
import { show } from "./panel.js";

export async function send(form, submitter) {
  if (form.getAttribute("aria-busy") === "true") return;
  const fields = new FormData(form, submitter);
  const isUpload = form.enctype === "multipart/form-data";
  const isGet = form.method === "get";
  const url = new URL(submitter?.getAttribute("formaction") ?? form.getAttribute("action") ?? "", window.location);
  if (isGet) url.search = new URLSearchParams(fields);
  form.setAttribute("aria-busy", "true");
  try {
    const answer = await request(url, {
      method: form.method,
      headers: isGet ? {} : { "X-CSRF-Token": csrf() },
      body: isGet ? undefined : isUpload ? fields : new URLSearchParams(fields),
    });
    showAnswer(form, answer, await answer.text(), submitter);
  } catch {
    notice("Slotbeat does not answer. Nothing is lost; try again.");
  } finally {
    form.removeAttribute("aria-busy");
  }
}

function showAnswer(form, answer, html, submitter) {
  if (answer.status === 401) return goToSignIn();
  if (isFullPage(html)) return window.location.assign(answer.url);
  const isProblem = answer.headers.get("X-Problem") !== null;
  if (isProblem) showProblem(form, html);
  else replaceTarget(form, html, submitter);
  if (answer.ok) document.dispatchEvent(new CustomEvent("slotbeat:changed"));
}

function showProblem(form, html) {
  form.querySelector(":scope > .problem")?.remove();
  form.insertAdjacentHTML("afterbegin", html);
  form.querySelector(":scope > .problem")?.scrollIntoView({ block: "nearest" }); // the form may be long
}

function replaceTarget(form, html, submitter) {
  const target = form.dataset.target ? document.querySelector(form.dataset.target) : null;
  if (target) {
    target.innerHTML = html;
    updateHead(target);
    showDoneMessages(target);
    // A button that is still there keeps the focus: nothing jumps.
    const again = submitter?.id ? document.getElementById(submitter.id) : null;
    const result = target.querySelector("[data-result]");
    if (again || !result) (again ?? document.getElementById("main")).focus({ preventScroll: true });
    else result.focus();
  }
  else if (form.closest("#panel")) show(html);
  else form.outerHTML = html;
}
