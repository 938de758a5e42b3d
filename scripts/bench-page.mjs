// Measures the built page in Chromium, with the processor as it is and slowed down four times, and prints a table.
//
//   cold load   from the navigation, with empty caches, until the total stands in the document, and until it is painted
//   key press   from a key's event on the slider until the total's text has changed, and until the change is painted
//   drag        of 100 mouse moves, one each 16 ms: frames that had a move, and those of them that showed a new total
//
// "Painted" is a message task after the next animation frame, so it includes waiting for that frame. It judges nothing:
// times depend on the machine and on what else it does. The goals stand beside the figures.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { gzipSync } from "node:zlib";
import { chromium } from "playwright-core";

const QUERY = "?mode=nlp";
const SLIDER = '[data-testid="slider-modelSize"]';
const TOTAL = '[data-testid="total-documented"]';
const N_LOADS = 5;
const N_KEYS = 100;
const N_MOVES = 100;
const MOVE_MS = 16;
const TIMEOUT_MS = 30_000;

const TYPES = {
  ".css": "text/css",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

/** Serves a folder with gzip and without caching, as a plain host of static files would. */
function serve(folder) {
  const compressed = new Map();
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url, "http://localhost").pathname));
    const file = join(folder, path === "/" ? "index.html" : path);
    try {
      if (!compressed.has(file)) compressed.set(file, gzipSync(readFileSync(file), { level: 9 }));
    } catch {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, {
      "cache-control": "no-store",
      "content-encoding": "gzip",
      "content-type": TYPES[extname(file)] ?? "application/octet-stream",
    });
    response.end(compressed.get(file));
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

/** Runs in the page before its own scripts: notes every change of the total, every frame, every long task. */
function observe(totalSelector) {
  const notes = { changes: [], frames: [], longTasks: [], keyAt: null };
  window.notes = notes;
  let text = null;
  let moved = false;
  let changed = false;

  const painted = (then) =>
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = then;
      channel.port2.postMessage(null);
    });

  new MutationObserver(() => {
    const now = document.querySelector(totalSelector)?.textContent ?? null;
    if (now === text || !/[1-9]/.test(now ?? "")) return;
    text = now;
    changed = true;
    const change = { at: performance.now(), paintedAt: null };
    notes.changes.push(change);
    painted(() => (change.paintedAt = performance.now()));
  }).observe(document, { childList: true, characterData: true, subtree: true });

  const nextFrame = () =>
    painted(() => {
      notes.frames.push({ moved, changed });
      moved = changed = false;
      nextFrame();
    });
  nextFrame();

  addEventListener("keydown", (event) => (notes.keyAt = event.timeStamp), { capture: true });
  addEventListener("pointermove", () => (moved = true), { capture: true, passive: true });
  new PerformanceObserver((list) => list.getEntries().forEach((it) => notes.longTasks.push(it.duration))).observe({
    type: "longtask",
  });
}

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const quantile = (values, share) => [...values].sort((a, b) => a - b)[Math.ceil(share * values.length) - 1];
const median = (values) => quantile(values, 0.5);

async function open(browser, url, slowdown) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  await page.addInitScript(observe, TOTAL);
  const session = await context.newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate: slowdown });
  await page.goto(url);
  await page.waitForFunction(() => window.notes.changes[0]?.paintedAt, null, { timeout: TIMEOUT_MS });
  return page;
}

async function measureLoads(browser, url, slowdown) {
  const loads = [];
  for (let i = 0; i < N_LOADS; i++) {
    const page = await open(browser, url, slowdown);
    loads.push(await page.evaluate(() => window.notes.changes[0]));
    await page.context().close();
  }
  return { shown: loads.map((it) => it.at), painted: loads.map((it) => it.paintedAt) };
}

async function measureKeys(browser, url, slowdown) {
  const page = await open(browser, url, slowdown);
  await page.locator(SLIDER).focus();
  await sleep(1000);
  const result = { changed: [], painted: [], missed: 0, longTasks: 0 };
  await page.evaluate(() => (window.notes.longTasks.length = 0));
  for (let i = 0; i < N_KEYS; i++) {
    await page.evaluate(() => Object.assign(window.notes, { changes: [], keyAt: null }));
    await page.keyboard.press(i < N_KEYS / 2 ? "ArrowRight" : "ArrowLeft");
    const isPainted = () => window.notes.changes[0]?.paintedAt;
    const seen = await page.waitForFunction(isPainted, null, { timeout: 2000, polling: 50 }).catch(() => null);
    if (seen) {
      const { keyAt, change } = await page.evaluate(() => ({ ...window.notes, change: window.notes.changes[0] }));
      result.changed.push(change.at - keyAt);
      result.painted.push(change.paintedAt - keyAt);
    } else {
      result.missed += 1;
    }
    await sleep(150); // What the page postpones, like the address, is not to meet the next key.
  }
  result.longTasks = await page.evaluate(() => window.notes.longTasks.length);
  await page.context().close();
  return result;
}

async function measureDrag(browser, url, slowdown) {
  const page = await open(browser, url, slowdown);
  const slider = page.locator(SLIDER);
  await slider.scrollIntoViewIfNeeded();
  const box = await slider.boundingBox();
  const y = box.y + box.height / 2;
  const xAt = (share) => box.x + box.width * (0.15 + 0.7 * share);
  await sleep(1000);
  await page.mouse.move(xAt(0), y);
  await page.mouse.down();
  await sleep(200);
  await page.evaluate(() => Object.assign(window.notes, { frames: [], longTasks: [] }));
  const start = performance.now();
  for (let i = 1; i <= N_MOVES; i++) {
    await page.mouse.move(xAt(i <= N_MOVES / 2 ? (2 * i) / N_MOVES : 2 - (2 * i) / N_MOVES), y);
    await sleep(Math.max(0, start + i * MOVE_MS - performance.now()));
  }
  await sleep(300);
  const { frames, longTasks } = await page.evaluate(() => window.notes);
  await page.mouse.up();
  await page.context().close();
  const withMove = frames.filter((it) => it.moved);
  return { moved: withMove.length, shown: withMove.filter((it) => it.changed).length, longTasks: longTasks.length };
}

async function measure(browser, url, slowdown) {
  const loads = await measureLoads(browser, url, slowdown);
  const keys = await measureKeys(browser, url, slowdown);
  const drag = await measureDrag(browser, url, slowdown);
  const ms = (value) => (value === undefined ? "never" : `${value.toFixed(1)} ms`);
  return [
    ms(median(loads.shown)),
    ms(median(loads.painted)),
    ms(median(keys.changed)),
    ms(quantile(keys.changed, 0.95)),
    ms(median(keys.painted)),
    ms(quantile(keys.painted, 0.95)),
    `${keys.missed} of ${N_KEYS}`,
    `${drag.shown} of ${drag.moved}`,
    `${keys.longTasks} and ${drag.longTasks}`,
  ];
}

const ROWS = [
  [`cold load to total in the document, median of ${N_LOADS}`, "250 ms at 1×"],
  ["cold load to total painted, median", ""],
  [`key press to changed total, median of ${N_KEYS}`, "3 ms, 10 ms"],
  ["key press to changed total, 95 %", ""],
  ["key press to painted total, median", "18 ms, 40 ms"],
  ["key press to painted total, 95 %", ""],
  ["key presses that changed no total", "0"],
  [`drag of ${N_MOVES} moves: new totals in frames with a move`, "all"],
  ["tasks over 50 ms, during the key presses and the drag", "0 and 0"],
];

const server = await serve(process.argv[2] ?? "dist");
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM,
  args: ["--disable-gpu", "--no-first-run", ...(process.getuid?.() === 0 ? ["--no-sandbox"] : [])],
});
try {
  const url = `http://127.0.0.1:${server.address().port}/${QUERY}`;
  const plain = await measure(browser, url, 1);
  const slowed = await measure(browser, url, 4);
  console.log(`Chromium ${browser.version()}, ${QUERY}\n`);
  console.log("| | 1× | 4× slower | goal |");
  console.log("|---|---|---|---|");
  ROWS.forEach(([name, goal], i) => console.log(`| ${name} | ${plain[i]} | ${slowed[i]} | ${goal} |`));
} finally {
  await browser.close();
  server.close();
}
