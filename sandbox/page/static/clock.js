// The clock bar: simulated time ticks here between the server's words, and waiting times tick with it.

import { act } from "./net.js";

let anchor = { now: 0, at: 0, speed: 1, zone: "UTC", key: "" };
const formats = new Map();

function format(zone) {
  if (!formats.has(zone)) {
    formats.set(zone, {
      time: new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit", second: "2-digit" }),
      date: new Intl.DateTimeFormat("en-GB", { timeZone: zone, weekday: "short", day: "numeric", month: "short" }),
    });
  }
  return formats.get(zone);
}

export function now() {
  return anchor.now + (performance.now() - anchor.at) * anchor.speed;
}

// In at most two units, like the server's own words.
function spent(ms) {
  const left = Math.max(0, Math.floor(ms / 1000));
  const units = [["d", 86400], ["h", 3600], ["min", 60]];
  for (const [place, [unit, size]] of units.entries()) {
    if (left < size) continue;
    const lower = units[place + 1];
    const rest = lower ? Math.floor((left % size) / lower[1]) : 0;
    return `${Math.floor(left / size)} ${unit}${rest ? ` ${rest} ${lower[0]}` : ""}`;
  }
  return `${left} s`;
}

function set(node, text) {
  if (node && node.textContent !== text) node.textContent = text;
}

export function tick() {
  const bar = document.querySelector(".now");
  const key = `${bar.dataset.now}|${bar.dataset.speed}`;
  if (key !== anchor.key) anchor = { now: Number(bar.dataset.now), at: performance.now(), speed: Number(bar.dataset.speed), zone: bar.dataset.zone, key };
  const { time, date } = format(anchor.zone);
  const moment = new Date(now());
  set(document.getElementById("now-time"), time.format(moment));
  set(document.getElementById("now-date"), date.format(moment).replace(",", ""));
  for (const node of document.querySelectorAll("[data-waiting-since]")) set(node, spent(moment - new Date(node.dataset.waitingSince)));
}

export function wireClock({ refresh }) {
  document.getElementById("clock").addEventListener("click", async (event) => {
    const speed = event.target.closest("button[data-speed]");
    const jump = event.target.closest("[data-jump]");
    if (speed) await act("clock/speed", { speed: Number(speed.dataset.speed) });
    else if (jump) await act("clock/jump", { to: jump.dataset.jump });
    else return;
    refresh.clock();
  });
  document.getElementById("clock").addEventListener("change", (event) => {
    if (event.target.dataset.fault) act("fault", { key: event.target.dataset.fault, on: event.target.checked });
  });
  document.addEventListener("toggle", (event) => { if (event.target.id === "faults" && event.newState === "closed") refresh.clock(); }, true);
  tick();
  setInterval(tick, 250);
}
