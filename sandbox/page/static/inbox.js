// The Intercom pane: choosing a conversation, writing in it, moving it.

import { act, address, fragment, here } from "./net.js";
import { parse } from "./swap.js";
import { growAll } from "./composer.js";

const pane = document.getElementById("conversation");

async function draw() {
  pane.replaceChildren(parse(await fragment("conversation")));
  const talk = document.getElementById("talk");
  if (talk) talk.scrollTop = talk.scrollHeight;
  growAll();
}

async function open(id) {
  here.conversation = id;
  history.replaceState(null, "", address());
  for (const row of document.querySelectorAll(".inbox-row")) row.dataset.openConversation === id ? row.setAttribute("aria-current", "true") : row.removeAttribute("aria-current");
  await draw();
  pane.querySelector("h2")?.focus({ preventScroll: true });
}

async function close() {
  const was = here.conversation;
  here.conversation = "";
  for (const row of document.querySelectorAll(".inbox-row[aria-current]")) row.removeAttribute("aria-current");
  history.replaceState(null, "", address());
  await draw();
  document.querySelector(`[data-open-conversation="${CSS.escape(was)}"]`)?.focus();
}

export function wireInbox({ refresh }) {
  const inbox = document.getElementById("inbox");
  inbox.addEventListener("click", (event) => {
    const row = event.target.closest("[data-open-conversation]");
    if (row) open(row.dataset.openConversation);
    const filter = event.target.closest("[data-filter]");
    if (filter) { here.filter = filter.dataset.filter; refresh.inbox(); }
    if (event.target.closest('[data-do="new-conversation"]')) document.getElementById("start").showModal();
  });
  pane.addEventListener("click", (event) => {
    if (event.target.closest('[data-do="close-conversation"]')) close();
    const tool = event.target.closest("button[data-talk]");
    if (tool) act(`inbox/${tool.dataset.talk}`, { conversation: here.conversation, admin: teammate() });
  });
  pane.addEventListener("change", (event) => {
    const tool = event.target.closest("select[data-talk]");
    if (!tool) return;
    const chosen = tool.value;
    if (tool.dataset.talk === "assign") act("inbox/assign", { conversation: here.conversation, admin: teammate(), to: chosen });
    if (tool.dataset.talk === "snooze" && chosen) { act("inbox/snooze", { conversation: here.conversation, admin: teammate(), until: chosen }); tool.value = ""; }
  });
  pane.addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.target;
    const fields = Object.fromEntries(new FormData(form));
    if (!fields.text.trim()) return;
    const area = form.elements.text;
    area.value = "";
    const answer = await act("inbox/write", { conversation: form.dataset.id, ...fields });
    if (!answer.ok && !area.value) area.value = fields.text;
    growAll();
    area.focus();
  });
  pane.addEventListener("keydown", (event) => {
    if (event.target.name === "text" && event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.target.form.requestSubmit();
  });
  const start = document.getElementById("start");
  start.addEventListener("submit", async (event) => {
    const form = event.target;
    if (event.submitter?.value !== "send") return;
    event.preventDefault();
    const answer = await act("inbox/start", Object.fromEntries(new FormData(form)));
    if (!answer.ok) return;
    form.reset();
    start.close();
    open(answer.conversation);
  });
  start.addEventListener("click", (event) => { if (event.target.closest("[data-shut]")) start.close(); });
}

const teammate = () => pane.querySelector('select[name="admin"]')?.value ?? "";
