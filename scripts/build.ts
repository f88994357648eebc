/**
 * `npm run build`: bundles each program into one file of dist/programs/, with its launcher in dist/ and, for the CLI, the
 * code that this Node compiled from it.
 *   tsx scripts/build.ts [--root <directory with src/ and node_modules/>] [--outdir <directory>]
 * Only libSQL stays outside, being native, so it is the package's one dependency: what is bundled is a devDependency. Names are kept, and lines short:
 * stack traces stay readable without source maps.
 */
import { access, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type BuildOptions, build, type Metafile, type Plugin, transform } from "esbuild";
import { keepCode } from "./keep-code.ts";
import { BUNDLE_END, BUNDLE_HEAD, launcherText } from "./launcher.ts";
import { lighterStart } from "./lighter-start.ts";
import { thirdPartyNotices } from "./third-party.ts";

const PROGRAMS = { mcp: "src/cli/main.ts", "mcp-agent": "src/agent/main.ts", "mcp-auth": "src/auth/main.ts" };

/**
 * Large, and next to never needed by the CLI, which reads all of its own file at each start: a client of HTTP (the agent
 * always needs it), and what makes certificates. So each is a file of its own, which the programs share.
 */
const APART = [
  { name: "undici", entry: "undici", imported: /^undici$/ },
  { name: "certificate", entry: "./src/trust/certificate.ts", imported: /\/trust\/certificate\.ts$/ },
];

/** Node shows the line in which a program died. */
const LINE_LIMIT = 160;

/** A module's own path, for the few that read files next to it: CommonJS has no `import.meta`. */
const MODULE = 'const mcpModule = { get url() { return require("node:url").pathToFileURL(__filename).href; } };';

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { root: { type: "string" }, outdir: { type: "string" } } });
  const root = values.root ? resolve(values.root) : fileURLToPath(new URL("..", import.meta.url));
  const outdir = values.outdir ? resolve(values.outdir) : join(root, "dist");
  await requirePrograms(root);
  const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  await rm(outdir, { recursive: true, force: true });
  const shared = sharedOptions(root, outdir);
  const apart = await build({ ...shared, entryPoints: APART.map(({ name, entry }) => ({ in: entry, out: name })) });
  const { metafile } = await build({
    ...shared,
    entryPoints: PROGRAMS,
    define: { "import.meta.url": "mcpModule.url", MCP_VERSION: JSON.stringify(version) },
    banner: { js: BUNDLE_HEAD + MODULE },
    footer: { js: BUNDLE_END },
    plugins: [lighterStart, shortGenerated, leftApart(apart.metafile)],
  });
  await writeFile(join(outdir, "package.json"), '{ "type": "commonjs" }\n');
  await writeFile(
    join(outdir, "THIRD-PARTY.txt"),
    await thirdPartyNotices(
      root,
      [metafile, apart.metafile].flatMap(({ inputs }) => Object.keys(inputs)),
    ),
  );
  for (const [name, source] of Object.entries(PROGRAMS)) {
    const bundle = bundleOf(metafile, source);
    await writeFile(join(outdir, `${name}.js`), launcherText(basename(bundle.path)));
    console.log(`${name}: ${Math.ceil(bundle.bytes / 1000)} kB`);
    if (name === "mcp") await keepCode(join(root, bundle.path), join(outdir, `${name}.js`));
  }
}

function sharedOptions(root: string, outdir: string) {
  return {
    absWorkingDir: root,
    outdir,
    entryNames: "programs/[name]-[hash]",
    bundle: true,
    format: "cjs",
    platform: "node",
    target: "node20.18",
    external: ["libsql"],
    // A script made with kept code has no way to load modules later (V8 keeps the code, not the way): `import()` of
    // Node's own modules becomes `require`, as that of ours does.
    supported: { "dynamic-import": false },
    minifySyntax: true,
    minifyWhitespace: true, // a fifth less to read at each start
    lineLimit: LINE_LIMIT,
    legalComments: "external",
    metafile: true,
    logLevel: "warning",
  } satisfies BuildOptions;
}

/** Generated code has names that nobody reads, and they are a sixth of the CLI's text. */
const shortGenerated: Plugin = {
  name: "short-generated",
  setup({ onLoad }) {
    onLoad({ filter: /\/src\/schemas\/generated\/validators\.ts$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, "utf8"), { loader: "ts", minifyIdentifiers: true });
      return { contents: code, loader: "js" };
    });
  },
};

/** Each as a launcher's `require` finds it. */
function leftApart({ outputs }: Metafile): Plugin {
  const files = Object.keys(outputs).map((path) => basename(path));
  return {
    name: "left-apart",
    setup({ onResolve }) {
      for (const { name, imported } of APART) {
        const file = files.find((one) => one.startsWith(`${name}-`) && one.endsWith(".js"));
        onResolve({ filter: imported }, () => ({ path: `./programs/${file}`, external: true }));
      }
    },
  };
}

async function requirePrograms(root: string): Promise<void> {
  for (const [name, path] of Object.entries(PROGRAMS)) {
    await access(join(root, path)).catch((cause: unknown) => {
      throw new Error(`${name} cannot be built: ${path} is missing`, { cause });
    });
  }
}

/** The bundle of this entry point. */
function bundleOf({ outputs }: Metafile, source: string): { path: string; bytes: number } {
  const found = Object.entries(outputs).find(([, { entryPoint }]) => entryPoint === source);
  if (found === undefined) throw new Error(`${source} was not bundled`);
  return { path: found[0], bytes: found[1].bytes };
}

try {
  await main();
} catch (error) {
  // esbuild has printed its own errors already
  if (!(error instanceof Error && "errors" in error)) console.error(error);
  process.exitCode = 1;
}
