// Block Kit in the browser: clicks and choices go to the bot, confirm dialogs ask first.

import { act, here } from "./net.js";
import { place } from "./layout.js";

// What a control holds, in the plain form the server turns into state.values.
export function entered(control) {
  switch (control.dataset.kind) {
    case "checkboxes": case "multi_static_select": case "multi_users_select": case "multi_conversations_select": case "multi_channels_select":
      return [...control.querySelectorAll("input:checked")].map((box) => box.value);
    case "radio_buttons": return control.querySelector("input:checked")?.value ?? "";
    case "external_select": case "multi_external_select": return JSON.parse(control.dataset.chosen || "[]");
    case "file_input": return JSON.parse(control.dataset.files || "[]");
    default: return control.dataset.value ?? control.value ?? "";
  }
}

// Everything that is filled in below a view: {block_id: {action_id: what the control holds}}.
export function values(container) {
  const all = {};
  for (const control of container.querySelectorAll("[data-action-id]")) {
    if (["button", "workflow_button", "overflow"].includes(control.dataset.kind)) continue;
    (all[control.dataset.blockId] ??= {})[control.dataset.actionId] = entered(control);
  }
  return all;
}

function whereabouts(control) {
  const container = control.closest("[data-container]");
  if (!container) return null;
  if (container.dataset.container === "view") return { view: container.dataset.view, values: values(container) };
  return { channel: here.channel, ts: container.dataset.ts };
}

async function report(control) {
  const where = whereabouts(control);
  if (!where) return;
  const busy = control.matches("button, a") && !control.closest(".menu") ? control : null;
  busy?.classList.add("is-waiting");
  await act("click", { ...where, action: control.dataset.actionId, block: control.dataset.blockId, entered: entered(control) });
  busy?.classList.remove("is-waiting");
}

export function wireBlocks() {
  document.addEventListener("click", async (event) => {
    const control = event.target.closest("button[data-action-id], a[data-action-id]");
    if (control) {
      const confirmed = control.dataset.kind === "overflow" ? await agreed(control.closest(".bk-menu")) : await agreed(control);
      if (confirmed) report(control);
      return;
    }
    const mark = event.target.closest("[data-mark]:is(.rich-tools button)");
    if (mark) surround(mark.closest(".bk-rich-input").querySelector("textarea"), mark.dataset.mark);
    const shortcut = event.target.closest("[data-shortcut]");
    if (shortcut) {
      const menu = shortcut.closest(".menu");
      const place = "global" in shortcut.dataset ? {} : { channel: here.channel, ts: menu.dataset.ts };
      act("shortcut", { callback: shortcut.dataset.shortcut, ...place });
    }
  });

  document.addEventListener("change", async (event) => {
    const control = event.target.closest("[data-action-id]");
    if (!control || control.matches("button, a, .bk-external")) return;
    if (control.tagName === "SELECT") control.toggleAttribute("data-empty", !control.value);
    if (control.dataset.kind.startsWith("multi_")) drawChips(control);
    if (control.dataset.kind === "file_input") await upload(control);
    // Text goes out as its dispatch_action_config says, see below.
    if ("live" in control.dataset && !control.matches("textarea, .bk-control:not(.bk-moment)") && await agreed(control)) report(control);
  });

  document.addEventListener("keydown", (event) => {
    const control = event.target.closest?.("input[data-action-id][data-live]");
    if (!control || event.key !== "Enter") return;
    const triggers = control.dataset.trigger;
    event.preventDefault();
    if (!triggers || triggers.includes("on_enter_pressed")) report(control);
  });
  let typing = null;
  document.addEventListener("input", (event) => {
    const control = event.target.closest("[data-action-id][data-live]");
    if (control?.dataset.trigger?.includes("on_character_entered")) {
      clearTimeout(typing);
      typing = setTimeout(() => report(control), 250);
    }
  });
  wireExternal();
}

// Slack's confirm dialog, where the element has one.
function agreed(control) {
  const box = control.closest(".bk-element");
  const template = box?.querySelector(":scope > template.bk-confirm");
  if (!template) return Promise.resolve(true);
  const words = template.content;
  const dialog = document.getElementById("confirm");
  const form = document.createElement("form");
  form.method = "dialog";
  const text = document.createElement("div");
  text.className = "confirm-body";
  text.append(words.querySelector("h2").cloneNode(true), words.querySelector(".confirm-text").cloneNode(true));
  text.querySelector("h2").id = "confirm-title";
  const foot = document.createElement("div");
  foot.className = "modal-foot";
  const no = button(words.querySelector(".confirm-no").textContent || "Cancel", "no", "bk-button");
  const yes = button(words.querySelector(".confirm-yes").textContent || "Yes", "yes", "bk-button bk-primary");
  if ("danger" in words.querySelector(".confirm-yes").dataset) yes.classList.add("is-danger");
  foot.append(no, yes);
  form.append(text, foot);
  dialog.replaceChildren(form);
  dialog.returnValue = "";
  dialog.showModal();
  yes.focus();
  return new Promise((resolve) => dialog.addEventListener("close", () => {
    resolve(dialog.returnValue === "yes");
    control.focus?.({ preventScroll: true });
  }, { once: true }));
}

function button(text, value, classes) {
  const made = document.createElement("button");
  made.value = value;
  made.className = classes;
  made.textContent = text;
  made.dataset.testid = `confirm-${value}`;
  return made;
}

function drawChips(control) {
  const opener = control.querySelector(".bk-multi-open");
  const chosen = [...control.querySelectorAll("input:checked")];
  const most = Number(control.dataset.max || 0);
  for (const box of control.querySelectorAll("input:not(:checked)")) box.disabled = most > 0 && chosen.length >= most;
  opener.replaceChildren(...(chosen.length ? chosen.map((box) => chip(box.closest("label").textContent)) : [opener.dataset.hint]));
}

function chip(text) {
  const made = document.createElement("span");
  made.className = "chip";
  made.textContent = text;
  return made;
}

function surround(area, mark) {
  const { selectionStart: start, selectionEnd: end, value } = area;
  area.setRangeText(`${mark}${value.slice(start, end)}${mark}`, start, end, "end");
  if (start === end) area.setSelectionRange(start + 1, start + 1);
  area.focus();
}

async function upload(control) {
  const files = [...control.files].slice(0, Number(control.dataset.max || 10));
  const kept = [];
  for (const file of files) {
    const form = new FormData();
    form.append("as", here.actor);
    form.append("file", file);
    const answer = await (await fetch("/page/upload", { method: "POST", body: form })).json();
    if (answer.ok) kept.push(answer.file);
  }
  control.dataset.files = JSON.stringify(kept);
}

// -- external selects: a combobox whose options come from the bot --------------------------------------------------

function wireExternal() {
  let timer = null;
  let asked = 0;
  const boxOf = (event) => event.target.closest?.(".bk-external");

  async function offer(box, input) {
    const mine = ++asked;
    const answer = await act("options", { ...whereabouts(box), action: box.dataset.actionId, block: box.dataset.blockId, query: input.value });
    if (mine !== asked || !answer.options) return;
    const list = box.querySelector(".listbox");
    const rows = answer.options.map((option, index) => {
      const row = document.createElement("div");
      row.setAttribute("role", "option");
      row.setAttribute("aria-selected", String(index === 0));
      row.dataset.option = JSON.stringify(option);
      row.textContent = option.text?.text ?? option.value;
      if (option.description) row.append(Object.assign(document.createElement("small"), { textContent: option.description.text }));
      return row;
    });
    const none = Object.assign(document.createElement("p"), { className: "menu-empty", textContent: "No results" });
    list.replaceChildren(...(rows.length ? rows : [none]));
    if (!list.matches(":popover-open")) list.showPopover();
    list.style.minWidth = `${input.getBoundingClientRect().width}px`;
    place(list, input);
    input.setAttribute("aria-expanded", "true");
  }
  function shut(box) {
    const list = box.querySelector(".listbox");
    if (list.matches(":popover-open")) list.hidePopover();
    box.querySelector("input").setAttribute("aria-expanded", "false");
  }
  async function choose(box, option) {
    const many = "many" in box.dataset;
    const input = box.querySelector("input");
    const had = many ? JSON.parse(box.dataset.chosen) : [];
    if (!had.some((one) => one.value === option.value)) had.push(option);
    box.dataset.chosen = JSON.stringify(had);
    if (many) { input.before(chip(option.text?.text ?? option.value)); input.value = ""; } else input.value = option.text?.text ?? option.value;
    shut(box);
    if ("live" in box.dataset && await agreed(box)) report(box);
  }
  document.addEventListener("input", (event) => {
    const box = boxOf(event);
    if (!box) return;
    if (!("many" in box.dataset)) box.dataset.chosen = "[]";
    clearTimeout(timer);
    if (event.target.value.length < Number(box.dataset.min)) shut(box);
    else timer = setTimeout(() => offer(box, event.target), 180);
  });
  document.addEventListener("focusin", (event) => {
    const box = boxOf(event);
    if (box && Number(box.dataset.min) === 0 && !event.target.value) offer(box, event.target);
  });
  document.addEventListener("focusout", (event) => { const box = boxOf(event); if (box) setTimeout(() => box.contains(document.activeElement) || shut(box), 120); });
  document.addEventListener("pointerdown", (event) => {
    const row = event.target.closest(".listbox [role=option]");
    if (row) { event.preventDefault(); choose(row.closest(".bk-external"), JSON.parse(row.dataset.option)); }
  });
  document.addEventListener("keydown", (event) => {
    const box = boxOf(event);
    if (!box) return;
    const rows = [...box.querySelectorAll(".listbox:popover-open [role=option]")];
    const chosen = rows.findIndex((row) => row.getAttribute("aria-selected") === "true");
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && rows.length) {
      event.preventDefault();
      rows.forEach((row, index) => row.setAttribute("aria-selected", String(index === (chosen + step + rows.length) % rows.length)));
    } else if (event.key === "Enter" && rows[chosen]) {
      event.preventDefault();
      choose(box, JSON.parse(rows[chosen].dataset.option));
    } else if (event.key === "Escape" && rows.length) {
      event.preventDefault();
      event.stopPropagation();
      shut(box);
    } else if (event.key === "Backspace" && !event.target.value && "many" in box.dataset) {
      const left = JSON.parse(box.dataset.chosen).slice(0, -1);
      box.dataset.chosen = JSON.stringify(left);
      [...box.querySelectorAll(":scope > .chip")].pop()?.remove();
    }
  });
}
