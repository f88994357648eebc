/** `mcp top` in a real terminal (a pty made by `script`): typed keys, and how the terminal is left. */
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { readFile, readlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, it } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { provision } from "../../../src/bus/admin/provision.ts";
import { eventually } from "../../helpers/eventually.ts";
import { startNatsServer } from "../../helpers/nats-server.ts";
import { tempDir } from "../../helpers/temp-dir.ts";
import { settingsFor } from "../bus-fixtures.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const PICTURE = /0 nodes answered, 0 silent/;
const server = await startNatsServer({ after });

before(() => provision(settingsFor(server), { replicas: 1, create: true }));

interface Terminal {
  readonly shown: () => string;
  type(keys: string): void;
  /** Process id of `mcp`. */
  pid(): Promise<number>;
  /** Its exit code, and what `stty -a` says before and after it. */
  readonly ended: Promise<{ code: string; before: string; after: string }>;
}

/** Runs `mcp top` in a terminal of 24 rows and 80 columns. */
async function topInTerminal(scope: { after(end: () => unknown): void }, interval = "100ms"): Promise<Terminal> {
  const dir = await tempDir(scope);
  const file = (name: string) => join(dir, name);
  const program = `ulimit -c 0; stty rows 24 cols 80; stty -a >${file("before")}
sh -c 'echo $$ >${file("pid")}; exec "$0" --import tsx src/cli/main.ts top --interval ${interval}' ${process.execPath}
echo $? >${file("code")}; stty -a >${file("after")}`;
  await writeFile(file("run"), program);
  const env = { PATH: process.env["PATH"], HOME: dir, TERM: "xterm", MCP_BUS_SERVERS: server.url };
  const child = spawn("script", ["-qec", `sh ${file("run")}`, "/dev/null"], { cwd: ROOT, env });
  scope.after(() => child.kill("SIGKILL"));
  let shown = "";
  child.stdout.on("data", (chunk) => {
    shown += chunk;
  });
  const text = async (name: string) => (await readFile(file(name), "utf8")).trim();
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve())).then(async () => ({
    code: await text("code"),
    before: await text("before"),
    after: await text("after"),
  }));
  return {
    shown: () => shown,
    type: (keys) => child.stdin.write(keys),
    pid: async () => Number(await text("pid")),
    ended,
  };
}

async function untilDrawn({ shown }: Terminal): Promise<void> {
  await eventually(async () => PICTURE.test(shown()), { what: "a picture is drawn", timeoutMs: 60_000 });
}

it("does not show typed keys, and q quits", async (t) => {
  const terminal = await topInTerminal(t);
  await untilDrawn(terminal);
  terminal.type("hello\r\n");
  const length = terminal.shown().length;
  await eventually(async () => PICTURE.test(terminal.shown().slice(length)), { what: "it is drawn again" });
  terminal.type("q");
  const { code, before: first, after: last } = await terminal.ended;
  assert.equal(code, "0");
  assert.doesNotMatch(terminal.shown(), /hello/);
  assert.equal(last, first);
});

it("draws the picture for the new size as soon as the terminal is resized", async (t) => {
  const terminal = await topInTerminal(t, "1h");
  await untilDrawn(terminal);
  const { length } = terminal.shown();
  const device = await readlink(`/proc/${await terminal.pid()}/fd/1`);
  await promisify(execFile)("stty", ["-F", device, "cols", "20"]);
  await eventually(async () => /0 nodes answered, …/.test(terminal.shown().slice(length)), {
    what: "the line is cut to the new width",
  });
  terminal.type("q");
  assert.equal((await terminal.ended).code, "0");
});

const endings = [
  { what: "Ctrl-C", code: "130", end: async ({ type }: Terminal) => type("\u0003") },
  { what: "Ctrl-\\", code: "131", end: async ({ type }: Terminal) => type("\u001c") },
  { what: "SIGTERM", code: "130", end: async ({ pid }: Terminal) => process.kill(await pid(), "SIGTERM") },
  { what: "SIGQUIT", code: "131", end: async ({ pid }: Terminal) => process.kill(await pid(), "SIGQUIT") },
];
for (const { what, code, end } of endings) {
  it(`gives the terminal back as it was on ${what}`, async (t) => {
    const terminal = await topInTerminal(t);
    await untilDrawn(terminal);
    await end(terminal);
    const ended = await terminal.ended;
    assert.equal(ended.code, code);
    assert.match(ended.before, / echo /);
    assert.equal(ended.after, ended.before);
    assert.doesNotMatch(terminal.shown(), /[1-9] silent/);
  });
}
