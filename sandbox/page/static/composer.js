// The message box: sending, slash-command completion, growing with its text.

import { act, here } from "./net.js";

export function growAll() {
  for (const box of document.querySelectorAll(".composer textarea, .talk-form textarea")) grow(box);
}

function grow(box) {
  // A box that is not on the screen has no height to measure.
  if (!box.offsetParent) return;
  box.style.height = "auto";
  box.style.height = `${Math.min(box.scrollHeight + 2, 200)}px`;
  box.closest(".composer")?.classList.toggle("has-text", box.value.trim() !== "");
}

async function send(form) {
  const box = form.querySelector("textarea");
  const text = box.value.trim();
  if (!text) return;
  box.value = "";
  grow(box);
  form.classList.add("is-busy");
  const answer = await act("say", { channel: here.channel, text, ...(form.dataset.thread ? { thread: form.dataset.thread } : {}) });
  form.classList.remove("is-busy");
  if (!answer.ok && !box.value) {
    // What was not taken is given back, to be mended.
    box.value = text;
    grow(box);
  }
}

// -- completion of slash commands ------------------------------------------------------------------------------------

const list = () => document.getElementById("completion");
const rows = () => [...list().querySelectorAll('[role="option"]:not([hidden])')];
const chosen = () => rows().find((row) => row.getAttribute("aria-selected") === "true");

function complete(box) {
  if (!list()) return;
  const wanted = box.value.toLowerCase();
  const typing = wanted.startsWith("/") && !wanted.includes("\n");
  const [word, ...rest] = wanted.split(" ");
  const known = [...list().querySelectorAll('[role="option"]')];
  for (const row of known) row.hidden = !(typing && (rest.length ? row.dataset.name === word : row.dataset.name.startsWith(word)));
  choose(box, rows()[0]);
  const open = rows().length > 0;
  list().hidden = !open;
  box.setAttribute("aria-expanded", String(open));
}

function choose(box, row) {
  for (const one of list().querySelectorAll('[role="option"]')) one.setAttribute("aria-selected", String(one === row));
  if (row) { box.setAttribute("aria-activedescendant", row.id); row.scrollIntoView({ block: "nearest" }); } else box.removeAttribute("aria-activedescendant");
}

function take(box, row) {
  box.value = `${row.dataset.name} `;
  complete(box);
  grow(box);
  box.focus();
}

function shut(box) {
  list().hidden = true;
  box.setAttribute("aria-expanded", "false");
}

export function wireComposers() {
  document.addEventListener("submit", (event) => {
    const form = event.target.closest(".composer");
    if (!form) return;
    event.preventDefault();
    send(form);
    if (list()) list().hidden = true;
  });
  document.addEventListener("input", (event) => {
    const box = event.target.closest(".composer textarea, .talk-form textarea");
    if (!box) return;
    grow(box);
    if (box.id === "composer-text") complete(box);
  });
  document.addEventListener("keydown", (event) => {
    const box = event.target.closest?.(".composer textarea");
    if (!box || event.isComposing) return;
    const open = box.id === "composer-text" && list() && !list().hidden;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (open && step) {
      event.preventDefault();
      const all = rows();
      choose(box, all[(all.indexOf(chosen()) + step + all.length) % all.length]);
    } else if (open && event.key === "Escape") {
      event.preventDefault();
      shut(box);
    } else if (open && (event.key === "Tab" || event.key === "Enter") && !event.shiftKey && !box.value.startsWith(chosen()?.dataset.name ?? "\n")) {
      event.preventDefault();
      take(box, chosen());
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      box.form.requestSubmit();
    }
  });
  document.addEventListener("pointerdown", (event) => {
    const row = event.target.closest('#completion [role="option"]');
    if (row) { event.preventDefault(); take(document.getElementById("composer-text"), row); }
  });
  document.addEventListener("focusout", (event) => { if (event.target.id === "composer-text" && list()) shut(event.target); });
  document.addEventListener("click", (event) => {
    if (!event.target.closest('[data-do="slash"]')) return;
    const box = document.getElementById("composer-text");
    box.focus();
    if (!box.value.startsWith("/")) box.value = `/${box.value}`;
    complete(box);
    grow(box);
  });
}
