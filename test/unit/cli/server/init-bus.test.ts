/** `mcp bus init` that dies at each of its steps, or finds the disk full: typed again, it makes what is missing, and no key anew. */
import assert from "node:assert/strict";
import { readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { openIdentityDir } from "../../../../src/cli/identity/identity-dir.ts";
import { type DyingFiles, fullAt, killedAt } from "../../../helpers/dying-files.ts";
import { assertJson } from "../../../helpers/json-shape.ts";
import { runCli } from "../../../helpers/run-cli.ts";
import { tempDir } from "../../../helpers/temp-dir.ts";

/** A file is four steps (open, write, link, remove): strides that share no factor with it come to every kind. */
const STRIDES = { killed: 5, full: 7 };

const WORDS = ["bus", "init", "bus.example.net", "--operator", "kyle"];

async function desk(t: TestContext) {
  const home = await tempDir(t);
  const dir = join(home, ".config", "mcp");
  const mcp = (...argv: string[]) => runCli(argv, { env: { HOME: home }, cwd: home, nowMs: Date.now() });
  return { home, dir, mcp, init: (...more: string[]) => mcp(...WORDS, ...more) };
}

/** Every file below, with its text. */
async function texts(dir: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const name of (await readdir(dir, { recursive: true })).sort()) {
    if ((await stat(join(dir, name))).isFile()) found.set(name, await readFile(join(dir, name), "utf8"));
  }
  return found;
}

const isFinished = (name: string) => !/\.tmp(\/|$)|lock$/.test(name);

/** What a whole run leaves. */
async function whole(t: TestContext): Promise<string[]> {
  const { dir, init } = await desk(t);
  const { code, stderr } = await init();
  assert.equal(code, 0, stderr);
  return [...(await texts(dir)).keys()];
}

/** How many steps a whole run takes. */
async function stepsOfInit(t: TestContext): Promise<number> {
  const { init } = await desk(t);
  const files = killedAt(Number.POSITIVE_INFINITY);
  try {
    assert.equal((await init()).code, 0);
  } finally {
    files.mend();
  }
  assert.ok(files.steps() > 60, `${files.steps()} steps`);
  return files.steps();
}

async function broken(site: { init(): Promise<{ code: number; stderr: string }> }, files: DyingFiles) {
  try {
    return await site.init();
  } finally {
    files.mend();
  }
}

/** A process that was killed is gone; this one, which stands in for it, is not. */
async function releaseLock(dir: string) {
  for (const lock of [join(dir, "lock"), join(dir, "identity", "lock")]) {
    if (await stat(lock).catch(() => undefined)) await writeFile(lock, "4194999");
  }
}

async function assertMended(site: Awaited<ReturnType<typeof desk>>, expected: readonly string[]) {
  await releaseLock(site.dir);
  const before = await texts(site.home);
  const again = await site.init("--json");
  assert.equal(again.code, 0, again.stderr);
  assertJson("bus-init-output", again.stdout);
  const after = await texts(site.home);
  for (const [name, text] of before) {
    const isKey = /\.nk$|\.creds$|ca-key\.pem$|mcp\.toml$/.test(name);
    if (isKey && isFinished(name)) assert.equal(after.get(name), text, `${name} is as it was`);
  }
  assert.deepEqual([...(await texts(site.dir)).keys()].filter(isFinished), expected);
  const { operators } = await openIdentityDir(join(site.dir, "identity"));
  assert.deepEqual(
    (await operators()).map(({ name }) => name),
    ["kyle"],
  );
  const config = await site.mcp("bus", "config", "--json");
  assert.ok(assertJson("bus-config-output", config.stdout).files.every(({ result }) => result === "unchanged"));
}

describe("mcp bus init that is interrupted", () => {
  it("is finished by typing it again, wherever it was killed", async (t) => {
    const expected = await whole(t);
    for (let n = await stepsOfInit(t); n >= 0; n -= STRIDES.killed) {
      const site = await desk(t);
      await broken(site, killedAt(n));
      await t.test(`killed before step ${n}`, () => assertMended(site, expected));
    }
  });

  it("says so where the disk is full, and is finished by typing it again", async (t) => {
    const expected = await whole(t);
    for (let n = (await stepsOfInit(t)) - 1; n >= 0; n -= STRIDES.full) {
      const site = await desk(t);
      const { code, stderr } = await broken(site, fullAt(n));
      await t.test(`full at step ${n}`, async () => {
        if (code !== 0) assert.match(stderr, /ENOSPC/);
        await assertMended(site, expected);
      });
    }
  });
});

describe("mcp bus init, run again", () => {
  it("says that nothing was missing, and changes nothing", async (t) => {
    const { dir, init } = await desk(t);
    await init();
    const before = await texts(dir);
    const again = await init();
    assert.equal(again.code, 0, again.stderr);
    assert.match(again.stdout, /exists; nothing was missing/);
    assert.deepEqual(await texts(dir), before);
  });

  it("adds what was lost and says what", async (t) => {
    const { dir, init } = await desk(t);
    await init();
    await rm(join(dir, "mcp.toml"));
    await rm(join(dir, "auth"), { recursive: true });
    const again = await init();
    assert.equal(again.code, 0, again.stderr);
    assert.match(again.stdout, /its keys were kept, and these files were added:/);
    assert.match(again.stdout, /\+ .*mcp\.toml/);
    assert.match(again.stdout, /\+ .*auth\.creds/);
    assert.doesNotMatch(again.stdout, /\+ .*nats\.conf/);
  });

  it("refuses other words than those of the first time, and a file that is another bus's", async (t) => {
    const { dir, mcp, init } = await desk(t);
    await init();
    for (const words of [
      ["--port", "4333"],
      ["--operator", "alice"],
      ["--data-dir", "/srv"],
      ["another.example.net"],
    ]) {
      const { code, stderr } = await init(...words);
      assert.equal(code, 4, words.join(" "));
      assert.match(stderr, /already holds the identity of the bus tls:\/\/bus\.example\.net:4222/);
    }
    assert.equal((await mcp("operator", "list")).code, 0);
    await writeFile(join(dir, "ca.pem"), "another's");
    assert.equal((await init()).code, 4);
    assert.equal((await mcp("bus", "init", "--operator", "kyle")).code, 2);
  });

  it("lets one of two that run at once make the bus, and tells the other", async (t) => {
    const { dir, init } = await desk(t);
    const both = await Promise.all([init(), init("--port", "4333")]);
    const codes = both.map(({ code }) => code);
    assert.deepEqual(codes.sort(), [0, 4], both.map(({ stderr }) => stderr).join());
    const loser = both.find(({ code }) => code !== 0);
    assert.match(loser?.stderr ?? "", /already holds the identity of the bus tls:\/\/bus\.example\.net:\d+/);
    assert.deepEqual(
      (await readdir(dir)).filter((name) => name.endsWith(".tmp")),
      [],
    );
  });
});

describe("mcp bus init without a host", () => {
  it("makes nothing, and shows how it is typed", async (t) => {
    const { home, mcp } = await desk(t);
    const { code, stderr } = await mcp("bus", "init");
    assert.equal(code, 2);
    assert.match(stderr, /mcp bus init <host>/);
    assert.match(stderr, /bus\.example\.net/);
    assert.deepEqual(await readdir(home), []);
  });
});

describe("what mcp bus init makes", () => {
  it("listens on loopback alone when it is dialed there alone", async (t) => {
    for (const [hosts, listen] of [
      [["localhost", "127.0.0.1"], "127.0.0.1:4222"],
      [["::1"], "[::1]:4222"],
      [["localhost", "bus.example.net"], "0.0.0.0:4222"],
    ] as const) {
      const { dir, mcp } = await desk(t);
      assert.equal((await mcp("bus", "init", ...hosts)).code, 0);
      assert.ok((await readFile(join(dir, "server", "nats.conf"), "utf8")).includes(`listen: "${listen}"`), listen);
    }
  });

  it("has a directory for definitions, for its owner alone", async (t) => {
    const { dir, init } = await desk(t);
    await init();
    assert.equal((await stat(join(dir, "services"))).mode & 0o777, 0o700);
  });
});
