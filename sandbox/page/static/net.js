// Talking to the server: fragments of the page in, acts of the person out.

const body = document.body;

export const here = {
  get actor() { return body.dataset.actor; },
  get channel() { return body.dataset.channel; },
  set channel(id) { body.dataset.channel = id; },
  get thread() { return body.dataset.thread; },
  set thread(ts) { body.dataset.thread = ts; },
  get conversation() { return body.dataset.conversation; },
  set conversation(id) { body.dataset.conversation = id; },
  filter: "open",
};

export function address(more = {}) {
  const all = { as: here.actor, channel: here.channel, thread: here.thread, conversation: here.conversation, ...more };
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(all)) if (value) query.set(key, value);
  return "/?" + query;
}

export async function fragment(name) {
  const query = new URLSearchParams({
    as: here.actor, channel: here.channel, thread: here.thread, conversation: here.conversation, filter: here.filter,
  });
  const response = await fetch(`/page/${name}?${query}`);
  if (!response.ok) throw new Error(`${name}: ${response.status}`);
  return response.text();
}

// Every act answers with {ok, …}; what went wrong in words comes back as `message`, or as a toast of Slack's own.
export async function act(name, fields = {}) {
  try {
    const response = await fetch(`/page/${name}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ as: here.actor, ...fields }),
    });
    const answer = await response.json();
    if (answer.message) toast(answer.message);
    return answer;
  } catch {
    toast("The sandbox does not answer. Is it still running?");
    return { ok: false };
  }
}

let lastToast = { text: "", at: 0 };

export function toast(text) {
  // The same words twice in a moment are one piece of news.
  if (text === lastToast.text && performance.now() - lastToast.at < 1500) return;
  lastToast = { text, at: performance.now() };
  const box = document.createElement("div");
  box.className = "toast";
  box.dataset.testid = "toast";
  const words = document.createElement("span");
  words.textContent = text;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "icon-button";
  close.setAttribute("aria-label", "Dismiss");
  close.textContent = "✕";
  close.addEventListener("click", () => box.remove());
  box.append(words, close);
  const shelf = document.getElementById("toasts");
  shelf.append(box);
  // A modal dialog covers the page: the shelf then has to be in the top layer with it.
  const dialog = document.querySelector("dialog[open]");
  if (dialog) dialog.append(shelf); else body.append(shelf);
  setTimeout(() => box.remove(), 8000);
}

// Calls of `work` that come while one is waiting or running become one more run after it.
export function gathered(work, wait = 40) {
  let timer = null;
  let running = false;
  let again = false;
  const run = async () => {
    timer = null;
    running = true;
    try { await work(); } catch (error) { console.warn(error); } finally {
      running = false;
      if (again) { again = false; start(); }
    }
  };
  const start = () => {
    if (running) { again = true; return; }
    if (timer === null) timer = setTimeout(run, wait);
  };
  return start;
}
