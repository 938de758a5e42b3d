// Reports what the page downloads: every file of dist/ as it is, with gzip -9 and with brotli -11. Exits with 1 if what the
// first view loads, which is index.html and what it names, is over its budget with brotli, or if what every reader's page
// fetches after that is over its own, or what it fetches only when a reader opens it. It measures no network: headers and
// round trips are not in its figures.
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const FIRST_BUDGET_BYTES = 250_000;
// With runs over several GPUs, advice and what fits.
const LATER_BUDGET_BYTES = 300_000;
// The program that every reader's page fetches after the first view, and those that it fetches only for other languages: what is
// said in the first view, and after it. All else is fetched when a reader opens it. src/main.rs says which programs there are.
const LATER = "later";
const TRANSLATED = ["languages", "translated"];
// Styles and points of a chart that are fetched when something is opened.
const ASKED = ["workbench.css", "bring.css", "views.css", "scatter.tsv"];
// No goals of the product: they are what these parts have come to, so that growth is seen.
const TRANSLATED_BUDGET_BYTES = 65_000;
const ASKED_BUDGET_BYTES = 349_000;
const dist = process.argv[2] ?? "dist";
// What the build has made to fetch the programs, with all that they share.
const loader = process.argv[3] ?? "target/web/wasm-bindgen/release/beside/__wasm_split.js";

const files = readdirSync(dist, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
  .filter((file) => !file.includes("/.")) // What a failed build leaves behind.
  .sort();
if (!files.some((file) => file.endsWith(".wasm"))) {
  console.error(`There is no page in ${dist}/: build it first.`);
  process.exit(1);
}

const rows = files.map((file) => {
  const bytes = readFileSync(file);
  const brotli = brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  });
  return { name: file, raw: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length, brotli: brotli.length };
});
const document = readFileSync(join(dist, "index.html"), "utf8");
const isFirst = (row) => row.name === join(dist, "index.html") || document.includes(basename(row.name));
const sum = (name, rows) => {
  const of = (key) => rows.reduce((total, row) => total + row[key], 0);
  return { name, raw: of("raw"), gzip: of("gzip"), brotli: of("brotli") };
};
const first = sum("first view", rows.filter(isFirst));
// The loader is asked what it fetches, in a folder where nothing else runs. It asks once for each file, so that each program
// has a loader of its own.
const asking = mkdtempSync(join(tmpdir(), "size-"));
copyFileSync(loader, join(asking, "loader.mjs"));
writeFileSync(join(asking, "page.js"), "export const initSync = () => ({});");
const fetchedBy = async (program) => {
  const { [`__wasm_split_load_${program}`]: load } = await import(`${join(asking, "loader.mjs")}?${program}`);
  const fetched = new Set();
  globalThis.fetch = (url) => {
    fetched.add(basename(url.pathname));
    return new Promise(() => {});
  };
  // It asks for everything at once, and waits for answers that never come.
  load();
  return fetched;
};
const [ofLater, ...ofTranslated] = await Promise.all([LATER, ...TRANSLATED].map(fetchedBy));
rmSync(asking, { recursive: true });
const named = new Set(rows.map((row) => basename(row.name)));
const missing = [...ASKED, ...ofLater, ...ofTranslated.flatMap((it) => [...it])].filter((name) => !named.has(name));
if (missing.length > 0) throw new Error(`no file is called ${missing}`);
const isProgram = (row) => row.name.endsWith(".wasm");
const isLater = (row) => !isFirst(row) && (isProgram(row) ? ofLater.has(basename(row.name)) : !ASKED.includes(basename(row.name)));
const isRest = (row) => !isFirst(row) && !isLater(row);
const isTranslated = (row) => isRest(row) && ofTranslated.some((it) => it.has(basename(row.name)));
const later = sum("later", rows.filter(isLater));
const asked = sum("when opened", rows.filter((row) => isRest(row) && !isTranslated(row)));
const translated = sum("other languages", rows.filter(isTranslated));

const width = Math.max(...rows.map((row) => row.name.length));
const line = (name, ...figures) => console.log(name.padEnd(width), ...figures.map((it) => String(it).padStart(9)));
line("bytes", "raw", "gzip", "brotli");
for (const row of [...rows, first, later, asked, translated]) line(row.name, row.raw, row.gzip, row.brotli);

const inOther = [
  ["first view, other languages", (row) => isFirst(row) || ofTranslated[0].has(basename(row.name))],
  ["later, other languages", (row) => isLater(row) || (!isFirst(row) && ofTranslated[1].has(basename(row.name)))],
];
for (const [name, isOf] of inOther) {
  const { raw, gzip, brotli } = sum(name, rows.filter(isOf));
  line(name, raw, gzip, brotli);
}

const judge = ({ name, brotli }, budget) => {
  const isWithin = brotli <= budget;
  console.log(`${name}: ${isWithin ? "within" : "OVER"} the budget of ${budget} bytes with brotli`);
  return isWithin;
};
const verdicts = [
  judge(first, FIRST_BUDGET_BYTES),
  judge(later, LATER_BUDGET_BYTES),
  judge(asked, ASKED_BUDGET_BYTES),
  judge(translated, TRANSLATED_BUDGET_BYTES),
];
process.exit(verdicts.every((it) => it) ? 0 : 1);
