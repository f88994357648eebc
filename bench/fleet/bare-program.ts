/** Bundles bare-client.ts as our own programs are, so that a floor starts as fast as it can, and runs it. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Scope } from "../../test/helpers/scope.ts";
import { tempDir } from "../../test/helpers/temp-dir.ts";
import { ended } from "../run-program.ts";
import type { FleetBus } from "./fleet-bus.ts";

/** Runs the bare client to its end; gives what it printed. */
export type BareProgram = (...args: readonly string[]) => Promise<string>;

export async function bareProgram(scope: Scope, { server, creds }: FleetBus): Promise<BareProgram> {
  const outfile = join(await tempDir(scope), "bare-client.mjs");
  await build({
    entryPoints: [fileURLToPath(new URL("bare-client.ts", import.meta.url))],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20.18",
    minifySyntax: true,
    minifyWhitespace: true,
    lineLimit: 160,
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
    logLevel: "warning",
  });
  const env = {
    PATH: process.env["PATH"],
    BARE_SERVER: server.url,
    ...(creds === undefined ? {} : { BARE_CREDS: creds }),
  };
  return async (...args) => (await ended(spawn(process.execPath, [outfile, ...args], { env }))).trim();
}
