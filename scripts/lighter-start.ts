/**
 * Lines of other people's modules that make each start of the CLI load what it does not use, rewritten while they are
 * bundled. One that is not found fails the build: its module has changed, so look whether it is still needed.
 */
import { readFile } from "node:fs/promises";
import type { Plugin } from "esbuild";

interface Rewrite {
  /** Which file. */
  readonly filter: RegExp;
  readonly line: string;
  readonly instead: string;
}

const REWRITES: readonly Rewrite[] = [
  {
    // As unguessable, without the Web Cryptography interface, which nobody else needs: 1.5 ms.
    filter: /@nats-io\/nuid\/lib\/nuid\.js$/,
    line: "if (globalThis?.crypto?.getRandomValues) {\n        globalThis.crypto.getRandomValues(a);",
    instead: 'if (true) {\n        require("node:crypto").randomFillSync(a);',
  },
];

export const lighterStart: Plugin = {
  name: "lighter-start",
  setup(build) {
    for (const { filter, line, instead } of REWRITES) {
      build.onLoad({ filter }, async ({ path }) => {
        const text = await readFile(path, "utf8");
        if (!text.includes(line)) throw new Error(`${path} has no line "${line}" any more`);
        return { contents: text.replace(line, () => instead), loader: "js" };
      });
    }
  },
};
