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
  {
    // Only a login seals with it: node:crypto signs. 0.6 ms.
    filter: /@nats-io\/nkeys\/lib\/nacl\.js$/,
    line: 'const tweetnacl_1 = __importDefault(require("tweetnacl"));\nexports.default = tweetnacl_1.default;',
    instead: 'Object.defineProperty(exports, "default", { get: () => require("tweetnacl") });',
  },
  {
    // The documented way to tell, which does not load node:tls.
    filter: /@nats-io\/transport-node\/lib\/node_transport\.js$/,
    line: "return this.socket instanceof node_tls_1.TLSSocket;",
    instead: "return this.socket.encrypted === true;",
  },
];

/** Parts of Node that many commands import and do not use: each is loaded when the first of its functions is needed. 1.5 ms. */
const SELDOM_USED = ["node:tls", "node:dns", "tty"];

const LAZY = "loaded-when-used";

/** The same names as the module's own, each a getter that loads it. */
async function lazyModule(path: string): Promise<string> {
  const names = Object.keys(await import(path)).filter((name) => name !== "default");
  const getters = names.map((name) => `get ${name}() { return require("${path}").${name}; }`);
  return `module.exports = { ${getters.join(", ")} };\n`;
}

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
    const filter = new RegExp(`^(${SELDOM_USED.join("|")})$`);
    build.onResolve({ filter }, ({ path, namespace }) =>
      namespace === LAZY ? { path, external: true } : { path, namespace: LAZY },
    );
    build.onLoad({ filter, namespace: LAZY }, async ({ path }) => ({ contents: await lazyModule(path), loader: "js" }));
  },
};
