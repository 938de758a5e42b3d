// Takes wasm-bindgen's place in the build. It splits the compiled program at its split points (`#[wasm_split]` in
// src/main.rs), has wasm-bindgen make the script for the first part, and makes everything small:
//
//   page.wasm ──wasm-split-cli──▶ first part ──wasm-bindgen──▶ page.js, page_bg.wasm   (where Trunk expects them)
//                           └───▶ other parts ───────────────▶ later/*.wasm            (scripts/split/place.sh)
//
// Whatever it does not find as it expects, it reports and fails: a page that is built is complete. What it takes for granted
// about the output of wasm-bindgen and wasm-split-cli stands in the functions `fuse` and `withoutEntries`.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, delimiter, dirname, join, resolve } from "node:path";
import { minify } from "terser";

// The instructions that rustc uses by default; the optimizer refuses those that it was not told about.
const FEATURES = ["bulk-memory", "nontrapping-float-to-int", "sign-ext", "mutable-globals", "reference-types", "multivalue"].map(
  (it) => `--enable-${it}`,
);

// Size first, and more than once: the flat form shows the optimizer more of what can go.
const FLAT = ["--flatten", "--rereloop", "-Oz"];
const OPTIMIZE = [...FEATURES, ...FLAT, ...FLAT, "-Oz", "--strip-producers", "--strip-target-features"];

// Classes for other scripts that the crate wasm-streams exports, which comes with Leptos. This page has no other script.
const UNUSED = /intounderlying/;

const args = process.argv.slice(2);
const input = args.find((it) => it.endsWith(".wasm"));
if (!input) process.exit(run(realWasmBindgen(), args)); // Trunk asks for the version.
await build();

function realWasmBindgen() {
  const here = resolve(dirname(process.argv[1]));
  const folders = process.env.PATH.split(delimiter).filter((it) => resolve(it) !== here);
  const found = folders.map((it) => join(it, "wasm-bindgen")).find(existsSync);
  if (!found) fail("wasm-bindgen is not installed: run scripts/setup.sh.");
  return found;
}

async function build() {
  const option = (name) => args.find((it) => it.startsWith(`--${name}=`))?.slice(name.length + 3) ?? fail(`--${name} is missing.`);
  const [out, name] = [option("out-dir"), option("out-name")];
  const work = join(out, "split");
  const later = join(out, "later");
  for (const folder of [work, later]) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
  }

  const whole = join(work, "whole.wasm");
  writeFileSync(whole, withoutExports(readFileSync(input), UNUSED));
  tool("wasm-split-cli", [whole, work, `--out-name=${name}`]);
  rmSync(whole);
  // Among the exports of the linker, which it would drop, is the table of functions that the parts share.
  tool(realWasmBindgen(), ["--keep-lld-exports", ...args.map((it) => (it === input ? join(work, `${name}.wasm`) : it))]);

  // The parts that come later, and the names under which the script will ask for them.
  let loader = readFileSync(join(work, "__wasm_split.js"), "utf8");
  for (const file of readdirSync(work).filter((it) => it.endsWith(".wasm") && it !== `${name}.wasm`)) {
    const optimized = join(work, `small-${file}`);
    tool("wasm-opt", [...OPTIMIZE, join(work, file), "-o", optimized]);
    const bytes = readFileSync(optimized);
    const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 16);
    const placed = `${name}-${basename(file, ".wasm").replace(/^split_/, "")}-${hash}.wasm`;
    writeFileSync(join(later, placed), bytes);
    loader = replaceOnce(loader, `"./${file}"`, `"./${placed}"`);
  }

  const [script, program] = [join(out, `${name}.js`), join(out, `${name}_bg.wasm`)];
  let js = fuse(readFileSync(script, "utf8"), loader);

  // Exports that the script never calls go, with all that only they reach; then imports that nothing needs any more.
  const small = await minified(js);
  const isUsed = (it) => new RegExp(`\\b${it.replaceAll("$", "\\$")}\\b`).test(small);
  const roots = WebAssembly.Module.exports(moduleOf(program)).map((it) => it.name).filter(isUsed);
  const graph = [{ name: "script", root: true, reaches: roots }, ...roots.map((it) => ({ name: it, export: it }))];
  writeFileSync(join(work, "graph.json"), JSON.stringify(graph));
  tool("wasm-metadce", [...FEATURES, program, "-f", join(work, "graph.json"), "-o", join(work, "used.wasm")]);
  tool("wasm-opt", [...OPTIMIZE, join(work, "used.wasm"), "-o", program]);
  const needed = WebAssembly.Module.imports(moduleOf(program)).map((it) => it.name);
  js = withoutEntries(js, needed);

  // Names end in random digits, which do not compress: those on which script and program agree get others.
  const names = [...needed, ...WebAssembly.Module.exports(moduleOf(program)).map((it) => it.name)];
  let bytes = readFileSync(program).toString("latin1");
  const hashed = [...new Set(names)].filter((it) => /(?<![0-9a-f])h?[0-9a-f]{16}$/.test(it));
  hashed.sort((a, b) => b.length - a.length);
  hashed.forEach((it, at) => {
    const other = it.slice(0, -16) + String(at).padStart(16, "0");
    if (other !== it && names.includes(other)) fail(`two names would be ${other}.`);
    js = js.replaceAll(it, other);
    bytes = bytes.replaceAll(it, other); // Of the same length, so that the file stays valid.
  });
  writeFileSync(program, Buffer.from(bytes, "latin1"));

  for (const it of WebAssembly.Module.imports(moduleOf(program))) {
    if (!js.includes(it.name)) fail(`the script lacks the import ${it.name}.`);
  }
  // What the later parts import, the first one must export, after all that was done to it.
  const shared = new Set(WebAssembly.Module.exports(moduleOf(program)).map((it) => it.name));
  for (const file of readdirSync(later)) {
    for (const it of WebAssembly.Module.imports(moduleOf(join(later, file)))) {
      if (!shared.has(it.name)) fail(`${file} needs ${it.name}, which the first part does not share.`);
    }
  }
  writeFileSync(script, await minified(js));
}

// The program without some of its exports. No other section knows of them.
function withoutExports(bytes, unused) {
  const number = (at) => {
    let [value, shift] = [0, 0];
    for (;;) {
      const byte = bytes[at++];
      value += (byte & 127) * 2 ** shift;
      shift += 7;
      if (byte < 128) return [value, at];
    }
  };
  const encoded = (value) => (value < 128 ? [value] : [(value % 128) + 128, ...encoded(Math.floor(value / 128))]);
  for (let at = 8; at < bytes.length; ) {
    const [size, start] = number(at + 1);
    const end = start + size;
    if (bytes[at] === 7) {
      let [count, from] = number(start);
      const kept = [];
      for (; count > 0; count--) {
        const [length, text] = number(from);
        const [, next] = number(text + length + 1); // The kind, and the index.
        if (!unused.test(bytes.toString("utf8", text, text + length))) kept.push(bytes.subarray(from, next));
        from = next;
      }
      const section = Buffer.concat([Buffer.from(encoded(kept.length)), ...kept]);
      return Buffer.concat([bytes.subarray(0, at + 1), Buffer.from(encoded(section.length)), section, bytes.subarray(end)]);
    }
    at = end;
  }
  return fail("the program exports nothing.");
}

// The script of wasm-bindgen together with the loader of the later parts, which it would fetch from a file of its own.
function fuse(js, loader) {
  const [line, name] = js.match(/^import \* as (\w+) from "\.\/__wasm_split\.js";?\n/m) ?? fail("nothing imports the loader.");
  const loads = [...loader.matchAll(/^export const (\w+)/gm)].map((it) => it[1]);
  loader = loader.replace(/^import \{ initSync \} .*\n/m, "").replaceAll("export const", "const");
  // Needs no content type from the server, as wasm-bindgen's own script does.
  loader = loader.replaceAll("WebAssembly.instantiateStreaming(src, imports)", "WebAssembly.instantiate(await (await src).arrayBuffer(), imports)");
  if (loader.includes("instantiateStreaming")) fail("the loader has another form.");
  // Classes that a library exports for scripts; this page has no other script.
  js = js.replace(/^export class /gm, "class ").replace(/^if \(Symbol\.dispose\) .*\n/gm, "");
  js = js.replaceAll("new FinalizationRegistry", "/*@__PURE__*/ new FinalizationRegistry");
  return `${js.replace(line, "")}\n${loader}\nconst ${name} = { ${loads.join(", ")} };\n`;
}

// The script without the functions that the program no longer imports: entries of an object, one level deep.
function withoutEntries(js, needed) {
  const start = js.indexOf("function __wbg_get_imports()");
  const end = js.indexOf("\n}\n", start);
  if (start < 0 || end < 0) fail("the script has no list of imports.");
  const entry = /^ {8}(\w+): function\([\s\S]*?^ {8}\}(?:, arguments\); \})?,\n/gm;
  const list = js.slice(start, end).replace(entry, (text, name) => (needed.includes(name) ? text : ""));
  return js.slice(0, start) + list + js.slice(end);
}

async function minified(js) {
  const { code } = await minify(js, { module: true, toplevel: true, compress: { passes: 2 } });
  return code;
}

function moduleOf(file) {
  return new WebAssembly.Module(readFileSync(file));
}

function replaceOnce(text, from, to) {
  if (text.split(from).length !== 2) fail(`${from} stands ${text.split(from).length - 1} times in the loader.`);
  return text.replace(from, to);
}

function run(program, args, stdio = "inherit") {
  const { status, error } = spawnSync(program, args, { stdio });
  if (error) fail(`${program} cannot be started: run scripts/setup.sh.`);
  return status ?? 1;
}

function tool(program, args) {
  if (run(program, args, ["ignore", "ignore", "inherit"]) !== 0) fail(`${basename(program)} has failed.`);
}

function fail(why) {
  console.error(`scripts/split: ${why}`);
  process.exit(1);
}
