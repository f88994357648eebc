/**
 * The last part of `npm run build`: writes the man pages to dist/man/, from where the package installs them.
 *   tsx scripts/man-pages.ts [--outdir <directory>]
 */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { manPages } from "./man/pages.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

const { values } = parseArgs({ options: { outdir: { type: "string" } } });
const outdir = resolve(values.outdir ?? join(ROOT, "dist/man"));
const pages = await manPages(ROOT);
await rm(outdir, { recursive: true, force: true });
await mkdir(outdir, { recursive: true });
for (const [name, text] of pages) await writeFile(join(outdir, name), text);
console.log(`man: ${pages.size} pages`);
