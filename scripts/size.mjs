// Reports what the page downloads: every file of dist/ as it is, with gzip -9 and with brotli -11. Exits with 1 if what the
// first view loads, which is index.html and what it names, is over its budget with brotli, or if what every reader's page
// fetches after that is over its own, or what it fetches only when a reader opens it. It measures no network: headers and
// round trips are not in its figures.
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const FIRST_BUDGET_BYTES = 250_000;
// With runs over several GPUs, advice and what fits.
const LATER_BUDGET_BYTES = 300_000;
// What is fetched when a reader opens it: programs with their styles, of which src/main.rs says which, and the points of the Verification
// view's chart.
const ASKED = ["split_workbench.wasm", "split_bring.wasm", "split_guide.wasm", "workbench.css", "bring.css", "views.css", "scatter.tsv"];
// What other languages say, in the first view and after it: whoever reads English never fetches it.
const TRANSLATED = ["split_languages.wasm", "split_translated.wasm"];
// No goals of the product: they are what these parts have come to, so that growth is seen.
const TRANSLATED_BUDGET_BYTES = 51_000;
const ASKED_BUDGET_BYTES = 322_000;
const dist = process.argv[2] ?? "dist";

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
const isAsked = (row) => ASKED.includes(basename(row.name));
const missing = [...ASKED, ...TRANSLATED].filter((name) => !rows.some((row) => basename(row.name) === name));
if (missing.length > 0) throw new Error(`no file is called ${missing}`);
const isTranslated = (row) => TRANSLATED.includes(basename(row.name));
const later = sum("later", rows.filter((row) => !isFirst(row) && !isAsked(row) && !isTranslated(row)));
const asked = sum("when opened", rows.filter(isAsked));
const translated = sum("other languages", rows.filter(isTranslated));

const width = Math.max(...rows.map((row) => row.name.length));
const line = (name, ...figures) => console.log(name.padEnd(width), ...figures.map((it) => String(it).padStart(9)));
line("bytes", "raw", "gzip", "brotli");
for (const row of [...rows, first, later, asked, translated]) line(row.name, row.raw, row.gzip, row.brotli);

const languages = (index) => sum("", rows.filter((row) => basename(row.name) === TRANSLATED[index]));
[first, later].forEach((it, index) => {
  line(`${it.name}, other languages`, ...["raw", "gzip", "brotli"].map((key) => it[key] + languages(index)[key]));
});

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
