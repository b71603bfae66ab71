// The page's conductor: which parts are shown, and which are fetched again when something changed.

import { act, address, fragment, gathered, here, toast } from "./net.js";
import { keepInput, parse, swapAll, swapRows } from "./swap.js";
import { wireBlocks } from "./blocks.js";
import { wireComposers, growAll } from "./composer.js";
import { refreshModal, wireModal } from "./modal.js";
import { wireInbox } from "./inbox.js";
import { wireClock, tick } from "./clock.js";
import { wireLayout, wireMenus } from "./layout.js";

const at = (id) => document.getElementById(id);

// -- fetching parts again ---------------------------------------------------------------------------------------

const refresh = {
  sidebar: gathered(async () => {
    const html = await fragment("sidebar");
    // A select that is open in somebody's hand is not taken away.
    if (document.activeElement?.id === "act-as") return;
    swapAll(at("sidebar"), html);
  }),
  messages: gathered(async () => {
    const list = at("messages");
    if (!list) return;
    const channel = here.channel;
    const html = await fragment("messages");
    if (channel !== here.channel || at("messages") !== list) return;
    if (!swapRows(list, html)) setTimeout(refresh.messages, 700);
    if (document.visibilityState === "visible") await act("read", { channel });
  }),
  head: gathered(async () => {
    const channel = here.channel;
    const fresh = parse(await fragment("channel")).querySelector(".channel-head");
    if (channel === here.channel && fresh) at("channel").querySelector(".channel-head").replaceWith(fresh);
  }),
  thread: gathered(async () => {
    const list = at("thread-messages");
    if (!list || !here.thread) return;
    const html = await fragment("thread_messages");
    if (list.dataset.thread === here.thread && !swapRows(list, html)) setTimeout(refresh.thread, 700);
  }),
  home: gathered(async () => {
    const home = at("home");
    if (home) swapAll(home, await fragment("home"));
  }),
  modal: gathered(refreshModal, 10),
  inbox: gathered(async () => {
    const html = await fragment("inbox");
    const fresh = parse(html);
    const list = fresh.getElementById("inbox-list");
    const own = at("inbox-list");
    swapRows(own, list.innerHTML);
    list.replaceWith(own.cloneNode(false));
    const kept = own;
    const restore = keepInput(at("inbox"));
    at("inbox").replaceChildren(fresh);
    at("inbox-list").replaceWith(kept);
    restore(at("inbox"));
    tick();
  }, 120),
  conversation: gathered(async () => {
    const talk = at("talk");
    const html = await fragment("conversation");
    const fresh = parse(html).querySelector("#talk");
    const same = talk && fresh && talk.dataset.id === fresh.dataset.id;
    if (!same) { swapAll(at("conversation"), html); toEnd("talk"); return; }
    swapRows(talk, fresh.innerHTML);
    const top = talk.scrollTop;
    const end = talk.scrollHeight - talk.scrollTop - talk.clientHeight < 80;
    swapAll(at("conversation"), html);
    at("talk").scrollTop = end ? at("talk").scrollHeight : top;
  }),
  clock: gathered(async () => {
    if (at("faults")?.matches(":popover-open")) return;
    swapAll(at("clock"), await fragment("clock"));
    markLayout();
    tick();
  }, 120),
};

function toEnd(id) {
  const list = at(id);
  if (!list) return;
  list.scrollTop = list.scrollHeight;
  atEnd.add(list);
  resized.observe(list);
}

// Who reads the newest message still does when the pane becomes narrower or lower.
const atEnd = new WeakSet();
const resized = new ResizeObserver((entries) => {
  for (const { target } of entries) if (atEnd.has(target)) target.scrollTop = target.scrollHeight;
});
document.addEventListener("scroll", ({ target }) => {
  if (!target.matches?.("[role=log]")) return;
  if (target.scrollHeight - target.scrollTop - target.clientHeight < 40) atEnd.add(target); else atEnd.delete(target);
}, true);

// -- moving about -----------------------------------------------------------------------------------------------

async function openChannel(id, { push = true, thread = "" } = {}) {
  const draft = at("composer-text")?.value;
  drafts.set(here.channel, draft ?? "");
  here.channel = id;
  here.thread = thread;
  document.body.dataset.drawer = "";
  const html = await fragment("channel");
  at("channel").replaceChildren(parse(html));
  const shown = at("channel").querySelector("[data-real-channel]");
  if (shown) here.channel = shown.dataset.realChannel;
  if (push) history.pushState(null, "", address());
  const box = at("composer-text");
  if (box) box.value = drafts.get(here.channel) ?? "";
  growAll();
  toEnd("messages");
  await drawThread();
  if (here.channel === "home") openHome();
  else await act("read", { channel: here.channel });
  refresh.sidebar();
  document.title = `${at("channel").querySelector("h1").textContent.trim()} · ${document.title.split(" · ").pop()}`;
  if (matchMedia("(hover: hover)").matches) (box ?? at("channel").querySelector("h1")).focus({ preventScroll: true });
}
const drafts = new Map();

// Looking at the app's Home is an event for the bot; people of another company have no such tab.
function openHome() {
  if (at("home").querySelector("[data-view]")) act("open-home", { tab: "home" });
}

async function drawThread() {
  const pane = at("thread");
  pane.hidden = !here.thread;
  pane.replaceChildren(here.thread ? parse(await fragment("thread")) : "");
  growAll();
  toEnd("thread-messages");
}

let cameFrom = null;

async function openThread(ts) {
  cameFrom = ts;
  here.thread = ts;
  history.replaceState(null, "", address());
  await drawThread();
  if (matchMedia("(hover: hover)").matches) at("thread").querySelector("textarea")?.focus();
}

async function closeThread() {
  here.thread = "";
  history.replaceState(null, "", address());
  await drawThread();
  document.querySelector(`#messages [data-open-thread="${cameFrom}"]`)?.focus({ preventScroll: true });
}

// -- hearing of changes -----------------------------------------------------------------------------------------

function heard(change) {
  switch (change.kind) {
    case "message": case "message_changed": case "message_deleted": case "ephemeral":
      if (change.channel === here.channel) { refresh.messages(); refresh.thread(); }
      refresh.sidebar();
      refresh.clock();
      break;
    case "channel":
      refresh.sidebar();
      if (change.channel === here.channel) refresh.head();
      break;
    case "view_opened": case "view_updated": case "view_closed": refresh.modal(); break;
    case "home_published": refresh.home(); break;
    case "toast": toast(change.text); break;
    case "intercom":
      refresh.inbox();
      if (change.conversation === here.conversation) refresh.conversation();
      refresh.clock();
      break;
    case "clock": refresh.clock(); refresh.inbox(); break;
  }
}

function listen() {
  const stream = new EventSource(`/page/events?as=${encodeURIComponent(here.actor)}`);
  let lost = false;
  stream.addEventListener("hello", () => {
    // After a gap anything may have changed.
    if (lost) for (const one of Object.values(refresh)) one();
    lost = false;
    document.body.dataset.live = "yes";
  });
  stream.addEventListener("changes", (event) => JSON.parse(event.data).forEach(heard));
  stream.addEventListener("error", () => { lost = true; document.body.dataset.live = "no"; });
}

// -- setting up -------------------------------------------------------------------------------------------------

const { markLayout } = wireLayout();
wireMenus();
wireBlocks();
wireComposers();
wireModal();
wireInbox({ refresh });
wireClock({ refresh });

document.addEventListener("click", (event) => {
  const target = event.target.closest("[data-open-channel], [data-open-thread], [data-do]");
  if (!target || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (target.dataset.openChannel) { event.preventDefault(); openChannel(target.dataset.openChannel); }
  else if (target.dataset.openThread) openThread(target.dataset.openThread);
  else if (target.dataset.do === "close-thread") closeThread();
  else if (target.dataset.do === "join") act("join", { channel: here.channel }).then(() => openChannel(here.channel, { push: false }));
});
document.addEventListener("change", (event) => {
  if (event.target.id === "act-as") location.assign(`/?as=${encodeURIComponent(event.target.value)}&channel=${encodeURIComponent(here.channel)}&conversation=${encodeURIComponent(here.conversation)}`);
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !document.querySelector("dialog[open], :popover-open") && here.thread && at("thread").contains(document.activeElement)) closeThread();
});
window.addEventListener("popstate", () => {
  const asked = new URLSearchParams(location.search);
  here.conversation = asked.get("conversation") ?? "";
  openChannel(asked.get("channel") ?? here.channel, { push: false, thread: asked.get("thread") ?? "" });
  refresh.conversation();
});
document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") refresh.messages(); });

history.replaceState(null, "", address());
toEnd("messages");
toEnd("thread-messages");
toEnd("talk");
growAll();
listen();
refreshModal();
if (here.channel === "home") openHome();
document.body.dataset.ready = "yes";
setInterval(refresh.clock, 5000);
