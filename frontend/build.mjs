// Builds the console's site: node frontend/build.mjs <compiled .wasm> <site folder> [quick]
//
// `quick` leaves out what only makes files smaller: minutes that a test does not need.
//
// wasm-bindgen and wasm-opt make the module, Tailwind the style sheet. Built files get a hash of their contents in their
// names, so that browsers may keep them for ever, and all get precompressed variants beside them. What has not changed is
// not written again, because the server is built anew whenever a file of the site is.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const here = fileURLToPath(new URL(".", import.meta.url));
const [module, site, mode] = process.argv.slice(2);
const isQuick = mode === "quick";
const scratch = mkdtempSync(join(tmpdir(), "hookloft-site-"));
const say = (text) => console.error(`==> ${text}`);
const run = (program, ...args) => execFileSync(program, args, { stdio: ["ignore", "inherit", "inherit"] });
const filesIn = (folder) =>
  readdirSync(folder, { recursive: true }).filter((name) => statSync(join(folder, name)).isFile());

function build() {
  const bound = join(scratch, "bound");
  const pkg = join(scratch, "site", "pkg");
  mkdirSync(pkg, { recursive: true });
  cpSync(join(here, "assets"), join(scratch, "site"), { recursive: true });
  run("wasm-bindgen", "--target", "web", "--no-typescript", "--out-name", "hookloft", "--out-dir", bound, module);
  const linked = join(bound, "hookloft_bg.wasm");
  const optimised = isQuick ? linked : join(bound, "optimised.wasm");
  if (!isQuick) {
    say("Making the module smaller with wasm-opt (a minute or two)");
    run("wasm-opt", "-Oz", linked, "-o", optimised);
  }
  const css = join(bound, "hookloft.css");
  run("tailwindcss", "--input", join(here, "style", "console.css"), "--output", css, "--minify");
  for (const [extension, file] of [["wasm", optimised], ["js", join(bound, "hookloft.js")], ["css", css]]) {
    const contents = readFileSync(file);
    const hash = createHash("sha256").update(contents).digest("hex").slice(0, 22);
    writeFileSync(join(pkg, `hookloft.${hash}.${extension}`), contents);
  }
  const snippets = join(bound, "snippets");
  if (existsSync(snippets)) cpSync(snippets, join(pkg, "snippets"), { recursive: true });
}

function compress(folder) {
  say(isQuick ? "Compressing the files" : "Compressing the files as far as Brotli can (half a minute)");
  for (const name of filesIn(folder)) {
    const contents = readFileSync(join(folder, name));
    const params = {
      [constants.BROTLI_PARAM_SIZE_HINT]: contents.length,
      [constants.BROTLI_PARAM_QUALITY]: isQuick ? 4 : constants.BROTLI_MAX_QUALITY,
    };
    writeFileSync(join(folder, `${name}.br`), brotliCompressSync(contents, { params }));
    writeFileSync(join(folder, `${name}.gz`), gzipSync(contents, { level: isQuick ? 1 : 9 }));
  }
}

function replace(from, to) {
  const names = new Set(filesIn(from));
  for (const name of existsSync(to) ? filesIn(to) : []) {
    if (!names.has(name)) rmSync(join(to, name));
  }
  for (const name of names) {
    const contents = readFileSync(join(from, name));
    const target = join(to, name);
    if (existsSync(target) && readFileSync(target).equals(contents)) continue;
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, contents);
  }
}

try {
  build();
  compress(join(scratch, "site"));
  replace(join(scratch, "site"), site);
  for (const name of filesIn(site).filter((name) => !/\.(br|gz)$/.test(name))) {
    const bytes = (suffix) => statSync(join(site, name + suffix)).size.toLocaleString("en");
    console.error(`${relative(site, join(site, name))}: ${bytes("")} bytes, ${bytes(".br")} by Brotli`);
  }
} finally {
  rmSync(scratch, { recursive: true });
}
