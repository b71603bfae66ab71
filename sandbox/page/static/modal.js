// Modals: the view on top of the person's stack, its validation errors, and waiting for the bot.

import { act, fragment } from "./net.js";
import { keepInput, parse } from "./swap.js";
import { values } from "./blocks.js";

const dialog = document.getElementById("modal");
let opener = null;

export async function refreshModal() {
  const html = await fragment("modal");
  if (!html.trim()) { shut(); return; }
  const fresh = parse(html);
  const form = fresh.querySelector("form");
  const now = dialog.querySelector("form");
  const same = now && now.dataset.view === form.dataset.view;
  if (same && now.dataset.hash === form.dataset.hash && now.dataset.depth === form.dataset.depth) { showErrors(now, JSON.parse(form.dataset.errors)); return; }
  // What is typed survives an update of the same view; another view starts as the bot made it.
  const restore = same ? keepInput(dialog) : null;
  const top = same ? now.querySelector(".modal-body").scrollTop : 0;
  if (!dialog.open) opener = document.activeElement;
  dialog.replaceChildren(fresh);
  const drawn = dialog.querySelector("form");
  restore?.(drawn);
  if (!dialog.open) dialog.showModal();
  drawn.querySelector(".modal-body").scrollTop = top;
  showErrors(drawn, JSON.parse(drawn.dataset.errors));
  if (!same || !dialog.contains(document.activeElement)) focusFirst(drawn);
}

function focusFirst(form) {
  const first = form.querySelector(".modal-body [data-focus]") ?? form.querySelector(".modal-body :is(input, textarea, select):not([type=file])");
  (first ?? form.querySelector("[type=submit]") ?? form.querySelector(".modal-body")).focus({ preventScroll: true });
}

function shut() {
  if (!dialog.open) return;
  document.body.append(document.getElementById("toasts"));
  dialog.close();
  dialog.replaceChildren();
  if (opener?.isConnected) opener.focus({ preventScroll: true });
  opener = null;
}

function showErrors(form, errors) {
  let first = null;
  for (const block of form.querySelectorAll(".bk[data-block-id]")) {
    const place = block.querySelector(":scope > .bk-error");
    if (!place) continue;
    const text = errors[block.dataset.blockId] ?? "";
    place.textContent = text;
    place.hidden = !text;
    place.dataset.testid = text ? "field-error" : "";
    block.classList.toggle("has-error", Boolean(text));
    for (const control of block.querySelectorAll("input, textarea, select")) control.setAttribute("aria-invalid", String(Boolean(text)));
    if (text) first ??= block;
  }
  first?.scrollIntoView({ block: "nearest" });
  return first;
}

function trouble(form, text) {
  const place = form.querySelector(".modal-trouble");
  place.textContent = text;
  place.hidden = !text;
}

async function submit(form) {
  const button = form.querySelector("[type=submit]");
  if (!button || form.getAttribute("aria-busy") === "true") return;
  form.setAttribute("aria-busy", "true");
  button.classList.add("is-waiting");
  trouble(form, "");
  const answer = await act("submit", { view: form.dataset.view, values: values(form) });
  form.setAttribute("aria-busy", "false");
  button.classList.remove("is-waiting");
  if (answer.ok) { await refreshModal(); return; }
  if (answer.error === "validation") showErrors(form, answer.errors ?? {})?.querySelector("input, textarea, select")?.focus();
  else if (!answer.message) trouble(form, "We had some trouble connecting. Try again?");
}

async function close(everything) {
  const form = dialog.querySelector("form");
  if (!form) { dialog.close(); return; }
  await act("close", { view: form.dataset.view, everything });
  await refreshModal();
}

export function wireModal() {
  dialog.addEventListener("cancel", (event) => {
    if (event.target !== dialog) return;
    event.preventDefault();
    close(false);
  });
  dialog.addEventListener("click", (event) => {
    if (event.target.closest('[data-do="close-all"]')) close(true);
    else if (event.target.closest('[data-do="close-view"]')) close(false);
  });
  dialog.addEventListener("submit", (event) => {
    if (!event.target.classList.contains("modal-form")) return;
    event.preventDefault();
    submit(event.target);
  });
  dialog.addEventListener("keydown", (event) => {
    const form = event.target.closest("form.modal-form");
    if (form && event.key === "Enter" && (event.ctrlKey || event.metaKey)) submit(form);
  });
}
