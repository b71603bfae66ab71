// Putting re-rendered HTML in place without taking focus, scroll or typed text away.

export function parse(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

const fields = "input, textarea, select";

// A name under which a control is found again after its surroundings were drawn anew.
function nameOf(control) {
  const hooked = control.closest("[data-action-id]");
  const inner = control.matches("[data-action-id]") ? "" : `|${control.type}|${control.value}`;
  if (hooked) return `${hooked.dataset.blockId}|${hooked.dataset.actionId}${hooked.matches(fields) ? "" : inner}`;
  return control.id || control.name || control.dataset.testid || "";
}

// What a person has typed or chosen below `root`, and where the caret is; call the result to put it back.
export function keepInput(root) {
  const kept = new Map();
  for (const control of root.querySelectorAll(fields)) {
    const name = nameOf(control);
    if (name) kept.set(name, { value: control.value, checked: control.checked });
  }
  const chosen = new Map();
  for (const box of root.querySelectorAll(".bk-external")) {
    chosen.set(`${box.dataset.blockId}|${box.dataset.actionId}`, [...box.childNodes].filter((node) => node.classList?.contains("chip")));
    chosen.set(`${box.dataset.blockId}|${box.dataset.actionId}|data`, box.dataset.chosen);
  }
  const active = root.contains(document.activeElement) ? document.activeElement : null;
  const focus = active && {
    name: nameOf(active), tag: active.tagName,
    hook: active.dataset?.actionId, block: active.dataset?.blockId, testid: active.dataset?.testid,
    start: active.selectionStart, end: active.selectionEnd,
  };
  return (fresh) => {
    for (const control of fresh.querySelectorAll(fields)) {
      const before = kept.get(nameOf(control));
      if (!before || control.type === "file") continue;
      if (control.type === "checkbox" || control.type === "radio") control.checked = before.checked;
      else if (control.tagName !== "SELECT" || [...control.options].some((one) => one.value === before.value)) control.value = before.value;
    }
    for (const box of fresh.querySelectorAll(".bk-external")) {
      const key = `${box.dataset.blockId}|${box.dataset.actionId}`;
      if (!chosen.has(key)) continue;
      box.dataset.chosen = chosen.get(`${key}|data`);
      box.querySelectorAll(".chip").forEach((chip) => chip.remove());
      box.prepend(...chosen.get(key));
    }
    if (!focus) return;
    const again = [...fresh.querySelectorAll("button, a, [tabindex], " + fields)].find((node) =>
      focus.hook !== undefined ? node.dataset.actionId === focus.hook && node.dataset.blockId === focus.block && node.tagName === focus.tag
        : focus.name ? nameOf(node) === focus.name
          : focus.testid && node.dataset.testid === focus.testid);
    if (!again) return;
    again.focus({ preventScroll: true });
    if (focus.start !== null && focus.start !== undefined && again.setSelectionRange && again.type !== "email") {
      try { again.setSelectionRange(focus.start, focus.end); } catch { /* not a text control */ }
    }
  };
}

// What a pointer is pressed on: put anew before it is released, it would never be clicked.
let pressed = null;
const waiting = [];
document.addEventListener("pointerdown", ({ target }) => { pressed = target; }, true);
// The click comes after the release.
const release = () => setTimeout(() => {
  pressed = null;
  for (const put of waiting.splice(0)) put();
});
for (const over of ["pointerup", "pointercancel"]) document.addEventListener(over, release, true);

// A row somebody is busy with is left as it is until they are done.
function busy(node) {
  return node.contains(pressed) || Boolean(node.querySelector(":popover-open")) || node.contains(document.activeElement) && document.activeElement.matches("input, textarea, select");
}

// Make the children of `list` those of `html`, touching only the ones whose data-mark changed.
// Answers false when a row was left alone because somebody is busy in it.
export function swapRows(list, html) {
  const fresh = parse(html);
  const nearEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 80;
  const top = list.scrollTop;
  const had = list.childElementCount;
  const known = new Map([...list.children].map((node) => [node.dataset.key, node]));
  let complete = true;
  let cursor = list.firstElementChild;
  for (const wanted of [...fresh.children]) {
    const now = known.get(wanted.dataset.key);
    known.delete(wanted.dataset.key);
    let placed = wanted;
    if (now && (now.dataset.mark ?? now.outerHTML) === (wanted.dataset.mark ?? wanted.outerHTML) && now.className === wanted.className) {
      placed = now;
    } else if (now && busy(now)) {
      complete = false;
      placed = now;
    } else if (now) {
      const restore = keepInput(now);
      if (cursor === now) cursor = wanted;
      now.replaceWith(wanted);
      restore(wanted);
    }
    if (placed === cursor) cursor = cursor.nextElementSibling;
    else list.insertBefore(placed, cursor);
  }
  for (const gone of known.values()) gone.remove();
  if (nearEnd && list.childElementCount >= had) list.scrollTop = list.scrollHeight;
  else list.scrollTop = top;
  return complete;
}

// Replace everything below `root`, keeping what is typed, the focus, and the scroll of the parts that stay.
export function swapAll(root, html) {
  if (root.contains(pressed)) {
    waiting.push(() => swapAll(root, html));
    return;
  }
  const scrolls = [...root.querySelectorAll(".scroll, .side-scroll, .modal-body")].map((node) => [node.id || node.className, node.scrollTop]);
  const restore = keepInput(root);
  root.replaceChildren(parse(html));
  restore(root);
  for (const [key, top] of scrolls) {
    const node = [...root.querySelectorAll(".scroll, .side-scroll, .modal-body")].find((one) => (one.id || one.className) === key);
    if (node) node.scrollTop = top;
  }
}
