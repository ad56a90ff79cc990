// Builds what the browser loads into roomnight/ui/static/ui/dist: one script, one style sheet, lazy chunks, one sprite of
// icons, the service worker; and puts the fonts of printed papers into roomnight/kernel/fonts. Run `node build.mjs` here after `npm ci`; it takes about a second and needs no network.

import { build } from "esbuild";
import { createHash } from "node:crypto";
import { cp, mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const package_ = join(here, "..", "roomnight");
const finished = join(package_, "ui", "static", "ui", "dist");
const out = `${finished}.new-${process.pid}`;
const forTests = join(here, "build");
const forPaper = join(package_, "kernel", "fonts");
const shared = { bundle: true, minify: true, target: ["es2022"], logLevel: "warning", legalComments: "external", outdir: out };

/** app.js, app.css and the lazy chunks; returns a word that changes whenever any of them does. */
async function buildPages() {
  const result = await build({
    ...shared,
    absWorkingDir: here,
    entryPoints: ["src/app.js", "src/draw.css", "src/flow.css"],
    loader: { ".woff2": "file", ".woff": "file", ".ttf": "file", ".eot": "file", ".svg": "file" },
    assetNames: "chunks/[name]-[hash]",
    format: "esm",
    splitting: true,
    chunkNames: "chunks/[name]-[hash]",
    metafile: true,
  });
  const hash = createHash("sha256");
  for (const name of Object.keys(result.metafile.outputs).sort()) hash.update(await readFile(join(here, name)));
  return hash.digest("hex").slice(0, 12);
}

/** The scripts that stand alone: the theme before the first paint, and the service worker, which knows the build. */
async function buildAlone(word) {
  const define = { __BUILD__: JSON.stringify(word) };
  await build({ ...shared, absWorkingDir: here, entryPoints: ["src/theme.js", "src/sw.js"], format: "iife", define });
}

async function* templates(folder) {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && !["static", "locale", "tests", "migrations", "__pycache__"].includes(entry.name)) yield* templates(path);
    else if (/\.(html|py)$/.test(entry.name)) yield path;
  }
}

const WAYS_TO_NAME_AN_ICON = [
  /\{%\s*icon\s+["']([a-z0-9-]+)["']/g, // {% icon "map-pin" %}
  /\bicon["']?\s*[=:]\s*["']([a-z0-9-]+)["']/g, // icon="map-pin", "icon": "map-pin"
  /\bPlace\(\s*_\([^)]*\),\s*["']([a-z0-9-]+)["']/g, // Place(_("Visits"), "map-pin", …)
];

/** Icon names written out in templates and Python, with the file that wants them. */
async function iconsInUse() {
  const wanted = new Map();
  for await (const path of templates(package_)) {
    const text = await readFile(path, "utf8");
    for (const way of WAYS_TO_NAME_AN_ICON) {
      for (const [, name] of text.matchAll(way)) wanted.set(name, relative(join(package_, ".."), path));
    }
  }
  return wanted;
}

async function drawing(name, from) {
  const file = join(here, "node_modules", "@tabler", "icons", "icons", "outline", `${name}.svg`);
  const text = await readFile(file, "utf8").catch(() => {
    throw new Error(`${from} asks for the icon "${name}", which Tabler Icons does not have`);
  });
  const shape = text.replace(/[\s\S]*?<svg[^>]*>/, "").replace("</svg>", "").replace(/<path stroke="none"[^>]*>/, "");
  return `<symbol id="${name}" viewBox="0 0 24 24">${shape.replace(/\s*\n\s*/g, "")}</symbol>`;
}

async function buildSprite() {
  const wanted = await iconsInUse();
  for (const name of (await readFile(join(here, "src", "icons.txt"), "utf8")).split(/\s+/).filter(Boolean)) {
    wanted.set(name, "frontend/src/icons.txt");
  }
  const names = [...wanted.keys()].sort();
  const drawings = await Promise.all(names.map((name) => drawing(name, wanted.get(name))));
  await writeFile(join(out, "icons.svg"), `<svg xmlns="http://www.w3.org/2000/svg">${drawings.join("")}</svg>\n`);
  return names.length;
}

/** The Chinese font that papers are set in; no browser loads it. */
async function copyFonts() {
  const family = join(here, "node_modules", "@expo-google-fonts", "noto-sans-sc");
  await mkdir(forPaper, { recursive: true });
  for (const weight of ["400Regular", "700Bold"]) {
    await cp(join(family, weight, `NotoSansSC_${weight}.ttf`), join(forPaper, `NotoSansSC_${weight}.ttf`));
  }
  await cp(join(family, "LICENSE_FONT"), join(forPaper, "LICENSE"));
}

/** Puts the new files in the place of the old at once, so that a server never finds half of them. */
async function replace() {
  const old = `${finished}.old-${process.pid}`;
  await rename(finished, old).catch((problem) => {
    if (problem.code !== "ENOENT") throw problem;
  });
  await rename(out, finished);
  await rm(old, { recursive: true, force: true });
}

const began = performance.now();
let word, icons;
try {
  await mkdir(out, { recursive: true });
  await mkdir(forTests, { recursive: true });
  word = await buildPages();
  await buildAlone(word);
  icons = await buildSprite();
  await cp(join(here, "src", "logo"), out, { recursive: true });
  await cp(join(here, "node_modules", "axe-core", "axe.min.js"), join(forTests, "axe.min.js"));
  await copyFonts();
  await replace();
} finally {
  await rm(out, { recursive: true, force: true });
}
console.log(`front-end ${word}: ${icons} icons, ${((performance.now() - began) / 1000).toFixed(1)} s`);
