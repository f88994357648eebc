/**
 * `npm run build`: bundles both programs into dist/, split into chunks so that a command loads only what it needs.
 *   tsx scripts/build.ts [--root <directory with src/ and node_modules/>] [--outdir <directory>]
 * Only libSQL stays outside, being native. Names and lines are kept: stack traces stay readable without source maps.
 */
import { access, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { build, type Metafile } from "esbuild";

const PROGRAMS = { mcp: "src/cli/main.ts", "mcp-agent": "src/agent/main.ts" };

/** CommonJS packages in the bundle call `require` for Node's own modules, which ES modules do not have. */
const REQUIRE = `import { createRequire as mcpCreateRequire } from "node:module";
const require = mcpCreateRequire(import.meta.url);`;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { root: { type: "string" }, outdir: { type: "string" } } });
  const root = values.root ? resolve(values.root) : fileURLToPath(new URL("..", import.meta.url));
  const outdir = values.outdir ? resolve(values.outdir) : join(root, "dist");
  await rm(outdir, { recursive: true, force: true });
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: await presentPrograms(root),
    outdir,
    bundle: true,
    splitting: true,
    chunkNames: "chunks/[name]-[hash]",
    format: "esm",
    platform: "node",
    target: "node20.18",
    external: ["libsql"],
    banner: { js: REQUIRE },
    minifySyntax: true,
    legalComments: "external",
    metafile: true,
    logLevel: "warning",
  });
  for (const line of sizes(metafile)) console.log(line);
}

async function presentPrograms(root: string): Promise<Record<string, string>> {
  const entries = Object.entries(PROGRAMS);
  for (const [name, path] of entries) {
    await access(join(root, path)).catch((cause: unknown) => {
      throw new Error(`${name} cannot be built: ${path} is missing`, { cause });
    });
  }
  return PROGRAMS;
}

/** Size of each program by itself and of the chunks it loads at once, in kB. */
function sizes({ outputs }: Metafile): string[] {
  return Object.entries(outputs)
    .filter(([, output]) => output.entryPoint !== undefined && Object.values(PROGRAMS).includes(output.entryPoint))
    .map(([path]) => `${path}: ${kilobytes(atOnce(outputs, path))} kB at the start`);
}

/** Bytes of an output and of what it imports statically. */
function atOnce(outputs: Metafile["outputs"], path: string, seen = new Set<string>()): number {
  const output = outputs[path];
  if (output === undefined || seen.has(path)) return 0;
  seen.add(path);
  const needed = output.imports.filter(({ kind }) => kind === "import-statement");
  return needed.reduce((sum, { path: next }) => sum + atOnce(outputs, next, seen), output.bytes);
}

const kilobytes = (bytes: number) => Math.ceil(bytes / 1000);

try {
  await main();
} catch (error) {
  // esbuild has printed its own errors already
  if (!(error instanceof Error && "errors" in error)) console.error(error);
  process.exitCode = 1;
}
