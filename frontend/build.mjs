// Builds what the browser loads: node build.mjs FOLDER
//
// FOLDER/bundle/       served by us with immutable caching: each name has a hash of the content
// FOLDER/COMPONENT/    served by Streamlit: an entry that imports the component from the bundle
// FOLDER/LICENSES.txt  the notices of the packages that are in the bundle
import { createHash } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { notices } from "./notices.mjs";

const COMPONENTS = ["chats", "price", "run", "text", "turns"]; // what src/main.js exports
const HERE = dirname(fileURLToPath(import.meta.url));
const target = resolve(process.argv[2] ?? "build");

const shared = {
  absWorkingDir: HERE, bundle: true, minify: true, metafile: true, legalComments: "none",
  outdir: join(target, "bundle"), entryNames: "[name]-[hash]", assetNames: "[name]-[hash]",
  target: "es2022", logLevel: "warning",
  preserveSymlinks: true, // names have a hash of the paths too: the same wherever packages are kept
};

rmSync(target, { recursive: true, force: true });
const styles = await build({
  ...shared,
  entryPoints: { style: "src/style.css", katex: "katex/dist/katex.min.css" },
  loader: { ".woff2": "file", ".woff": "empty", ".ttf": "empty" },
});
const scripts = await build({
  ...shared,
  entryPoints: { main: "src/main.js" },
  chunkNames: "[name]-[hash]", format: "esm", splitting: true,
  define: {
    STYLE_FILE: JSON.stringify(fileOf(styles, "src/style.css")),
    KATEX_STYLE_FILE: JSON.stringify(fileOf(styles, "katex.min.css")),
  },
});
for (const component of COMPONENTS) writeEntry(component, fileOf(scripts, "src/main.js"));
const inputs = [styles, scripts].flatMap(({ metafile }) => Object.keys(metafile.inputs));
writeFileSync(join(target, "LICENSES.txt"), notices(HERE, inputs));

function fileOf({ metafile }, source) {
  const made = Object.entries(metafile.outputs);
  return basename(made.find(([, output]) => output.entryPoint?.endsWith(source))[0]);
}

/** Streamlit answers at BASE/_stcore/bidi-components/NAME/FILE, we at BASE/bundle/FILE. */
function writeEntry(component, main) {
  const line = `export { ${component} as default } from "../../../bundle/${main}";\n`;
  const hash = createHash("sha256").update(line).digest("hex").slice(0, 8);
  mkdirSync(join(target, component));
  writeFileSync(join(target, component, `entry-${hash}.js`), line);
}
