// Panes, the divider between them, the drawer, menus and the jump box.

import { growAll } from "./composer.js";


const body = document.body;

export function wireLayout() {
  const desk = document.querySelector(".desk");
  const narrow = matchMedia("(max-width: 900px)");

  function markLayout() {
    const shown = narrow.matches && body.dataset.layout === "both" ? "slack" : body.dataset.layout;
    for (const button of document.querySelectorAll("[data-show]")) button.setAttribute("aria-pressed", String(button.dataset.show === shown));
  }
  function show(layout) {
    body.dataset.layout = layout;
    try { localStorage.setItem("sandbox-layout", layout); } catch { /* private window */ }
    markLayout();
    growAll();
  }
  function width(percent) {
    const wanted = Math.min(70, Math.max(25, percent));
    desk.style.setProperty("--right", `${wanted}%`);
    document.querySelector(".splitter").setAttribute("aria-valuenow", String(Math.round(wanted)));
    try { localStorage.setItem("sandbox-right", String(wanted)); } catch { /* private window */ }
  }
  try {
    if (localStorage.getItem("sandbox-layout")) body.dataset.layout = localStorage.getItem("sandbox-layout");
    if (localStorage.getItem("sandbox-right")) width(Number(localStorage.getItem("sandbox-right")));
  } catch { /* private window */ }

  document.addEventListener("click", (event) => {
    const shown = event.target.closest("[data-show]");
    if (shown) show(shown.dataset.show);
    if (event.target.closest('[data-do="sidebar"]')) body.dataset.drawer = body.dataset.drawer === "open" ? "" : "open";
  });
  const splitter = document.querySelector(".splitter");
  splitter.addEventListener("pointerdown", (event) => {
    splitter.setPointerCapture(event.pointerId);
    const box = desk.getBoundingClientRect();
    const move = (moved) => width(((box.right - moved.clientX) / box.width) * 100);
    splitter.addEventListener("pointermove", move);
    splitter.addEventListener("pointerup", () => splitter.removeEventListener("pointermove", move), { once: true });
  });
  splitter.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: 3, ArrowRight: -3 }[event.key];
    if (step) { event.preventDefault(); width(Number(splitter.getAttribute("aria-valuenow")) + step); }
  });
  narrow.addEventListener("change", markLayout);
  markLayout();
  return { markLayout };
}

// A popover opens beside what opened it, on the side with room, and arrow keys walk through it.
export function wireMenus() {
  document.addEventListener("toggle", (event) => {
    const menu = event.target;
    if (!menu.matches?.(".menu")) return;
    const opener = openerOf(menu);
    if (event.newState === "open" && opener) {
      place(menu, opener);
      menu.querySelector("button, a, input")?.focus({ preventScroll: true });
    }
    opener?.closest(".hover-tools")?.classList.toggle("is-open", event.newState === "open");
  }, true);
  document.addEventListener("keydown", (event) => {
    const menu = event.target.closest?.(".menu:popover-open");
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!menu || !step || menu.classList.contains("listbox")) return;
    event.preventDefault();
    const items = [...menu.querySelectorAll("button, a, input")];
    const next = items[(items.indexOf(document.activeElement) + step + items.length) % items.length];
    next?.focus();
  });
  document.addEventListener("click", (event) => {
    const more = event.target.closest('[data-do="message-menu"]');
    if (more) {
      const menu = document.getElementById("message-menu");
      menu.dataset.ts = more.closest("[data-ts]").dataset.ts;
      menu.opener = more;
      menu.showPopover();
    } else if (event.target.closest(".menu > button, .menu > a")) {
      event.target.closest(".menu").hidePopover?.();
    }
  });
  wireJump();
}

function openerOf(menu) {
  return menu.opener ?? document.querySelector(`[popovertarget="${CSS.escape(menu.id)}"]`);
}

export function place(menu, opener) {
  const box = opener.getBoundingClientRect();
  const size = menu.getBoundingClientRect();
  const below = box.bottom + 6 + size.height <= innerHeight - 8;
  menu.style.top = `${Math.max(8, below ? box.bottom + 6 : box.top - size.height - 6)}px`;
  const left = box.left + size.width > innerWidth - 12 ? box.right - size.width : box.left;
  menu.style.left = `${Math.max(8, left)}px`;
}

function wireJump() {
  const dialog = document.getElementById("jump");
  const box = document.getElementById("jump-text");
  const list = document.getElementById("jump-list");
  const draw = () => {
    const wanted = box.value.trim().toLowerCase();
    const rows = [...document.querySelectorAll("#sidebar [data-open-channel]")].filter((row) => row.dataset.name.toLowerCase().includes(wanted));
    list.replaceChildren(...rows.map((row, index) => {
      const button = document.createElement("button");
      button.type = "button";
      button.dataset.openChannel = row.dataset.openChannel;
      button.textContent = row.closest("section").querySelector("h2").textContent === "Channels" ? `#${row.dataset.name}` : row.dataset.name;
      button.setAttribute("aria-selected", String(index === 0));
      return button;
    }));
  };
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k" && !document.querySelector("dialog[open]")) {
      event.preventDefault();
      box.value = "";
      draw();
      dialog.showModal();
      box.focus();
    }
  });
  box.addEventListener("input", draw);
  box.addEventListener("keydown", (event) => {
    const rows = [...list.children];
    const chosen = rows.findIndex((row) => row.getAttribute("aria-selected") === "true");
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && rows.length) {
      event.preventDefault();
      rows.forEach((row, index) => row.setAttribute("aria-selected", String(index === (chosen + step + rows.length) % rows.length)));
    } else if (event.key === "Enter") {
      event.preventDefault();
      rows[chosen]?.click();
    }
  });
  list.addEventListener("click", (event) => { if (event.target.closest("button")) dialog.close(); });
}

