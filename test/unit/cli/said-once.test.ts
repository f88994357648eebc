/** Every command in every way to fail that needs no node: its error says nothing twice, and is no bug. */
import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { Cli } from "clipanion";
import { allCommands } from "../../../src/cli/commands/index.ts";
import type { CliContext } from "../../../src/cli/context/context.ts";
import { pathWords } from "../../../src/cli/help/command-words.ts";
import { McpError } from "../../../src/values/error.ts";
import { type RunCliOptions, runCli } from "../../helpers/run-cli.ts";
import { saidTwice } from "../../helpers/said-once.ts";
import { tempDir } from "../../helpers/temp-dir.ts";

/** These fail only by their arguments, or not at all. */
const HARMLESS = ["completion", "version", "explain", "context list", "dev remove"];

const ARGUMENTS: Readonly<Record<string, string>> = {
  push: "gone.txt web conf/app.toml",
  pull: "web conf/app.toml gone/app.toml",
  "bus init": "bus.example.net",
  "context use": "gone",
  "context show": "gone",
  "dev exec": "id",
  login: "--username bob --password-stdin",
};
/** For `<service[@node]>`, `<file>`, `<name>` and so on. */
const wordFor = (argument: string) =>
  argument.startsWith("service") ? "web" : argument.startsWith("file") ? "gone.file" : "rift";

/** `node show rift`, for each command. */
async function commandLines(): Promise<string[][]> {
  const cli = Cli.from<CliContext>(await allCommands(), { binaryName: "mcp" });
  return cli.definitions().flatMap(({ path, usage }) => {
    const words = pathWords(path);
    const name = words.join(" ");
    if (HARMLESS.includes(name)) return [];
    const required = [...usage.matchAll(/<([^>]+)>/g)].map(([, argument = ""]) => wordFor(argument));
    return [[...words, ...(ARGUMENTS[name]?.split(" ") ?? required)]];
  });
}

type Situation = (dir: string) => Promise<RunCliOptions>;

const withEnv =
  (env: (dir: string) => NodeJS.ProcessEnv): Situation =>
  async (dir) => ({ real: true, env: env(dir) });

const SITUATIONS: Readonly<Record<string, Situation>> = {
  "without settings": withEnv(() => ({})),
  "with a bus that does not answer": withEnv(() => ({ MCP_BUS_SERVERS: "tls://127.0.0.1:1" })),
  "with several buses that do not answer": withEnv(() => ({
    MCP_BUS_SERVERS: "tls://127.0.0.1:1,wss://127.0.0.1:2,tls://bus.invalid:4222",
  })),
  "with a bus in plain text": withEnv(() => ({ MCP_BUS_SERVERS: "nats://192.0.2.1:4222" })),
  "with credentials that do not exist": withEnv((dir) => ({
    MCP_BUS_SERVERS: "nats://127.0.0.1:1",
    MCP_BUS_CREDS: join(dir, "none.creds"),
  })),
  "with credentials that are a directory": withEnv((dir) => ({
    MCP_BUS_SERVERS: "nats://127.0.0.1:1",
    MCP_BUS_CREDS: dir,
  })),
  "with damaged credentials": async (dir) => {
    await writeFile(join(dir, "bad.creds"), "nothing");
    const env = { MCP_BUS_SERVERS: "nats://127.0.0.1:1", MCP_BUS_CREDS: join(dir, "bad.creds") };
    return { real: true, env };
  },
  "with an authority that does not exist": withEnv((dir) => ({
    MCP_BUS_SERVERS: "tls://127.0.0.1:1",
    MCP_BUS_CA: join(dir, "ca.pem"),
  })),
  "with settings that do not exist": withEnv((dir) => ({ MCP_CONFIG: join(dir, "none.toml") })),
  "with settings that are a directory": withEnv((dir) => ({ MCP_CONFIG: dir })),
  "with damaged settings": async (dir) => {
    await writeFile(join(dir, "bad.toml"), "[bus\nservers = 7\n");
    return { real: true, env: { MCP_CONFIG: join(dir, "bad.toml") } };
  },
  "with wrong settings": async (dir) => {
    await writeFile(join(dir, "bad.toml"), '[bus]\nserver = ["x"]\ncreds = 7\n[mcias]\nserver_url = "x"\n');
    return { real: true, env: { MCP_CONFIG: join(dir, "bad.toml") } };
  },
  "on an empty bus": async () => ({ env: { MCP_BUS_SERVERS: "nats://127.0.0.1:1" } }),
  "with damaged files": async (dir) => {
    await mkdir(join(dir, "services"));
    await mkdir(join(dir, "identity"));
    await writeFile(join(dir, "identity", "identity.json"), "{");
    await writeFile(join(dir, "services", "web.toml"), 'name = "other"\nimage = \n');
    for (const name of ["gone.file", "gone.txt", "rift"]) await writeFile(join(dir, name), "damaged");
    await writeFile(join(dir, "mcp.toml"), '[bus]\nservers = ["nats://127.0.0.1:1"]\n');
    return { env: { MCP_CONFIG: join(dir, "mcp.toml"), MCP_IDENTITY: join(dir, "identity") } };
  },
  "where the bus refuses": async () => ({
    env: { MCP_BUS_SERVERS: "nats://127.0.0.1:1" },
    openBus: async () => {
      const cause = new Error("Authorization Violation");
      throw new McpError("E_REFUSED", "the bus does not accept these credentials", { cause });
    },
  }),
};

async function failures(t: TestContext, situation: Situation): Promise<string[]> {
  const found: string[] = [];
  const base = await tempDir(t);
  for (const [index, argv] of (await commandLines()).entries()) {
    const dir = join(base, String(index));
    await mkdir(dir);
    const { env, ...options } = await situation(dir);
    const own = { HOME: join(dir, "home"), MCP_NATS_SERVER: "/nonexistent", ...env };
    const { code, stderr } = await runCli(argv, { ...options, cwd: dir, env: own, stdin: "" });
    const twice = code === 0 ? [] : saidTwice(stderr.replaceAll(dir, "/dir"));
    const numbers = stderr.match(/\bE[A-Z]{4,}\b(?!_)/g) ?? []; // the system's error numbers are for programs
    if (twice.length + numbers.length > 0 || code === 1)
      found.push(`mcp ${argv.join(" ")}: ${[...twice, ...numbers].join(" | ")}\n${stderr}`);
  }
  return found;
}

describe("no command says a thing twice", () => {
  for (const [name, situation] of Object.entries(SITUATIONS)) {
    it(name, async (t) => {
      const found = await failures(t, situation);
      assert.equal(found.join("\n"), "");
    });
  }

  it("which this test would notice", () => {
    assert.deepEqual(saidTwice("error: cannot reach the bus: no route\n  because: cannot reach the bus\nhint: try"), [
      "cannot reach the bus",
    ]);
    assert.deepEqual(saidTwice("hint: see `mcp logs web`, or `mcp logs web`"), []);
  });
});
