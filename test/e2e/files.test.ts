/** `mcp push` and `mcp pull` against a real agent: every size, other users' files, attacks, full disks, cuts and kills. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { createReadStream, readFileSync } from "node:fs";
import { appendFile, chmod, chown, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { before, describe, it, type TestContext } from "node:test";
import { jetstreamManager } from "@nats-io/jetstream";
import { FILE_CHUNK_BYTES } from "../../src/schemas/wire/buckets.ts";
import type { McpEvent } from "../../src/schemas/wire/event.ts";
import { isTempName } from "../../src/schemas/wire/file-path.ts";
import { TRANSFER_LEASE_MS } from "../../src/schemas/wire/file-transfer.ts";
import { type PushOrder, REQUEST_LEASE_MS, type RequestBody } from "../../src/schemas/wire/request.ts";
import { bareClient } from "../helpers/bare-client.ts";
import { type Fleet, oneComponent, SKIP, startFleet } from "../helpers/e2e-fleet.ts";
import { eventually } from "../helpers/eventually.ts";
import { suiteScope } from "../helpers/scope.ts";

const KIB = 1024;
const MIB = 1024 * KIB;
const SIZES = [
  0,
  1,
  128 * KIB - 1,
  128 * KIB,
  128 * KIB + 1,
  FILE_CHUNK_BYTES - 1,
  FILE_CHUNK_BYTES,
  FILE_CHUNK_BYTES + 1,
  3 * MIB + 7,
];
const MAX_RSS_MB = 150;
/** Ids in the containers; on the host they are the node's subordinate ones. */
const INNER_USER = 999;

const isRoot = process.getuid?.() === 0;

async function sha256(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}

describe("files", { skip: SKIP }, () => {
  const suite = {} as Fleet & { root: string };
  const scope = suiteScope();

  before(async () => {
    Object.assign(suite, await startFleet(scope, { agents: ["rift"], settings: "" }));
    suite.root = join(suite.rift.podman.dir, "srv");
    await suite.alice.define("web", oneComponent("web", suite.images["hello:v1"]));
  });

  const here = (name: string) => join(suite.alice.dir, name);
  const there = (path: string) => join(suite.root, "web", path);

  /** A file of alice's. */
  async function make(name: string, data: Uint8Array | string, mode = 0o644): Promise<void> {
    await mkdir(dirname(here(name)), { recursive: true });
    await writeFile(here(name), data, { mode });
    await chmod(here(name), mode);
    if (isRoot) for (const path of [here(name), dirname(here(name))]) await chown(path, 61_001, 61_001);
  }

  /** Of random bytes, not held in memory. */
  function makeLarge(name: string, mib: number): void {
    execFileSync("dd", ["if=/dev/urandom", `of=${here(name)}`, "bs=1M", `count=${mib}`, "status=none"]);
    execFileSync("chmod", ["644", here(name)]);
  }

  async function temps(): Promise<string[]> {
    return (await readdir(suite.root, { recursive: true })).filter((path) => isTempName(path.split("/").at(-1) ?? ""));
  }

  async function bucketMessages(t: TestContext): Promise<number> {
    const { nc } = await bareClient(t, suite.bus.url, suite.bus.admin);
    return (await (await jetstreamManager(nc)).streams.info("OBJ_mcp-files-rift")).state.messages;
  }

  async function events(kind: string): Promise<McpEvent[]> {
    const { stdout } = await suite.alice.mcp("events", "--kind", kind, "--json");
    return stdout
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as McpEvent);
  }

  /** The one answer to a request that the CLI itself would refuse to make. */
  async function ask(t: TestContext, body: RequestBody) {
    const bus = await suite.operatorBus();
    t.after(() => bus.close());
    await bus.files("rift").ensure();
    for await (const reply of bus.ask(body, { nodes: ["rift"], idleMs: 10_000, signal: t.signal })) return reply;
    throw new Error("no answer");
  }

  const order = (path: string, own: Partial<PushOrder> = {}): PushOrder => {
    const transfer = randomBytes(12).toString("hex");
    return { verb: "push", transfer, service: "web", path, size: 4, mode: 0o644, ...own };
  };

  it("go to the node and come back with their bytes and modes, at every size", async () => {
    for (const [index, size] of SIZES.entries()) {
      const mode = index % 2 === 0 ? 0o640 : 0o755;
      const data = randomBytes(size);
      await make("sized", data, mode);
      const pushed = await suite.alice.json("push-output", "push", "sized", "web", "sizes/one");
      assert.equal(pushed.code, 0, pushed.stderr);
      const [file] = pushed.output.pushed;
      assert.equal(file?.sha256, createHash("sha256").update(data).digest("hex"));
      assert.equal(file?.replaced, index > 0);
      assert.ok((await readFile(there("sizes/one"))).equals(data));
      assert.equal((await stat(there("sizes/one"))).mode & 0o7777, mode);
      const pulled = await suite.alice.json("pull-output", "pull", "web", "sizes/one", "back", "--force");
      assert.equal(pulled.code, 0, pulled.stderr);
      assert.ok((await readFile(here("back"))).equals(data));
      assert.equal((await stat(here("back"))).mode & 0o7777, mode);
    }
    assert.deepEqual(await temps(), []);
  });

  it("of a gibibyte keep both programs small", { timeout: 600_000 }, async () => {
    makeLarge("large", 1024);
    const sum = await sha256(here("large"));
    for (const words of [
      ["push", "large", "web"],
      ["pull", "web", "large", "large-back"],
    ]) {
      const program = suite.alice.start(...words);
      const highest = { cli: 0, agent: 0 };
      const timer = setInterval(() => {
        highest.cli = Math.max(highest.cli, rss(program.pid));
        highest.agent = Math.max(highest.agent, rss(suite.rift.agent.pid));
      }, 50);
      const end = await program.ended.finally(() => clearInterval(timer));
      assert.equal(end.code, 0, end.stderr);
      assert.ok(highest.cli > 20 && highest.cli <= MAX_RSS_MB, `mcp ${words[0]}: ${highest.cli} MB`);
      assert.ok(highest.agent > 20 && highest.agent <= MAX_RSS_MB, `agent, ${words[0]}: ${highest.agent} MB`);
    }
    assert.equal(await sha256(there("large")), sum);
    assert.equal(await sha256(here("large-back")), sum);
    for (const path of [here("large"), here("large-back"), there("large")]) await rm(path);
  });

  it("are told as events with who did it", async () => {
    await make("told", "tell me");
    await suite.alice.mcp("push", "told", "web");
    await suite.alice.mcp("pull", "web", "told", "told-back");
    for (const kind of ["file-pushed", "file-pulled"]) {
      const found = await eventually(async () => (await events(kind)).find(({ data }) => data?.["path"] === "told"));
      assert.equal(found?.service, "web");
      assert.equal(found?.author, suite.alice.author);
      assert.equal(found?.data?.["size"], 7);
      assert.equal(found?.data?.["sha256"], createHash("sha256").update("tell me").digest("hex"));
    }
  });

  it("never take the place of a file here without --force", async () => {
    await make("mine", "theirs");
    await suite.alice.mcp("push", "mine", "web");
    await make("mine", "mine");
    const refused = await suite.alice.fails("pull", "web", "mine");
    assert.equal(refused.code, 4);
    assert.equal(refused.error.code, "E_CONFLICT");
    assert.equal(await readFile(here("mine"), "utf8"), "mine");
    assert.equal((await suite.alice.mcp("pull", "web", "mine", "--force")).code, 0);
    assert.equal(await readFile(here("mine"), "utf8"), "theirs");
  });

  it("go and come as whole directories, and several at once", async () => {
    for (const path of ["site/index.html", "site/css/a.css", "site/css/b.css"]) await make(path, path);
    await symlink("/etc/passwd", here("site/link"));
    await make("lone", "lone");
    const pushed = await suite.alice.json("push-output", "push", "-r", "--to", "web:www", "site", "lone");
    assert.equal(pushed.code, 0, pushed.stderr);
    assert.match(pushed.stderr, /site\/link is skipped/);
    assert.deepEqual(pushed.output.pushed.map(({ path }) => path).sort(), [
      "www/lone",
      "www/site/css/a.css",
      "www/site/css/b.css",
      "www/site/index.html",
    ]);
    const pulled = await suite.alice.mcp("pull", "--recursive", "web", "www", "copy");
    assert.equal(pulled.code, 0, pulled.stderr);
    assert.equal(await readFile(here("copy/site/css/a.css"), "utf8"), "site/css/a.css");
    const two = await suite.alice.mcp("pull", "--from", "web", "--into", "two", "www/lone", "www/site/index.html");
    assert.equal(two.code, 0, two.stderr);
    assert.deepEqual((await readdir(here("two"))).sort(), ["index.html", "lone"]);
    const some = await suite.alice.mcp("pull", "--from", "web", "--into", "three", "www/lone", "www/missing");
    assert.equal(some.code, 8);
    assert.match(some.stderr, /www\/missing: .*web\/www\/missing does not exist/);
    assert.deepEqual(await readdir(here("three")), ["lone"]);
  });

  it("that do not exist are errors that name them", async () => {
    const missing = await suite.alice.fails("push", "nothing", "web");
    assert.deepEqual([missing.code, missing.error.code], [3, "E_NOT_FOUND"]);
    const gone = await suite.alice.fails("pull", "web", "nothing");
    assert.deepEqual([gone.code, gone.error.code], [3, "E_NOT_FOUND"]);
    assert.match(gone.error.message, /web\/nothing/);
    await make("tree/a", "a");
    assert.equal((await suite.alice.fails("push", "tree", "web")).error.code, "E_USAGE");
    execFileSync("mkfifo", [here("fifo")]);
    if (isRoot) await chown(here("fifo"), 61_001, 61_001);
    assert.equal((await suite.alice.fails("push", "fifo", "web")).error.code, "E_FILE");
    const stranger = await suite.alice.fails("push", "mine", "wev");
    assert.equal(stranger.code, 3);
    assert.match(stranger.error.message, /no service "wev"|no definition/);
    const offline = await suite.alice.fails("push", "mine", "web@orion");
    assert.equal(offline.error.code, "E_NOT_FOUND", "a node that was never seen");
  });

  it("that grow are copied as long as they were, and this is said; those without a size are refused", async (t) => {
    const { alice } = suite;
    const refused = await alice.fails("push", "/proc/cpuinfo", "web", "cpuinfo");
    assert.equal(refused.error.code, "E_FILE");
    assert.match(refused.error.message, /has content but no size/);
    await mkdir(there("."), { recursive: true });
    await writeFile(there("growing"), randomBytes(4 * MIB), { mode: 0o644 });
    const grows = setInterval(() => void appendFile(there("growing"), "more").catch(() => undefined), 5);
    t.after(() => clearInterval(grows));
    const pulled = await alice.json("pull-output", "pull", "web", "growing", "grown");
    assert.deepEqual(
      pulled.output.pulled.map(({ grown }) => grown),
      [true],
    );
    assert.match((await alice.mcp("pull", "web", "growing", "again")).stdout, /grew while it was copied/);
  });

  it("cannot be put outside of the service's directory, whoever asks", async (t) => {
    await make("evil", "evil");
    for (const path of ["../x", "/etc/x", "a/../../x", "a//b", "..", "a\nb"]) {
      const refused = await suite.alice.fails("push", "evil", "web", path);
      assert.deepEqual([path, refused.code, refused.error.code], [path, 2, "E_USAGE"]);
    }
    for (const path of ["../x", "/etc/x", "a/../../x", "", ".", "a/", "\0", ".mcp-0123456789abcdef01234567.part"]) {
      assert.equal((await ask(t, order(path))).error?.code, "E_FILE", path);
      assert.equal((await ask(t, { ...order(path), verb: "pull" } as RequestBody)).error?.code, "E_FILE", path);
    }
    for (const service of ["..", "", "/", "../srv", "WEB"]) {
      assert.equal((await ask(t, order("x", { service }))).error?.code, "E_FILE", service);
    }
    for (const transfer of ["x", "*", "../../../tmp/x", ""]) {
      assert.equal((await ask(t, order("x", { transfer }))).error?.code, "E_INVALID_MESSAGE", transfer);
    }
    for (const own of [{ mode: 0o4755 }, { mode: -1 }, { size: -1 }, { size: 1.5 }]) {
      assert.equal((await ask(t, order("x", own))).error?.code, "E_INVALID_MESSAGE");
    }
    assert.equal((await ask(t, order("x", { size: 2 ** 50 }))).error?.code, "E_FILE", "larger than max_size");
    assert.deepEqual(await temps(), []);
  });

  it("are not written through or over links, pipes and directories", async (t) => {
    const outside = join(suite.rift.podman.dir, "outside");
    await mkdir(outside);
    await writeFile(join(outside, "secret"), "secret");
    if (isRoot) for (const path of [outside, join(outside, "secret")]) await chown(path, nodeUid(), nodeUid());
    await mkdir(there("traps/directory"), { recursive: true });
    await symlink(outside, there("traps/out"));
    await symlink(join(outside, "secret"), there("traps/link"));
    execFileSync("mkfifo", [there("traps/pipe")]);
    execFileSync("chown", ["-hR", `${nodeUid()}:${nodeUid()}`, there("traps")]);
    await make("evil", "evil");
    for (const [path, says] of [
      ["traps/out/secret", /traps\/out is a symbolic link/],
      ["traps/link", /traps\/link is a symbolic link/],
      ["traps/pipe", /is a named pipe/],
      ["traps/directory", /is a directory/],
    ] as const) {
      for (const words of [
        ["push", "evil", "web", path],
        ["pull", "web", path, "got"],
        ...(isRoot ? [["push", "evil", "web", path, "--owner", "999"]] : []),
      ]) {
        const refused = await suite.alice.fails(...words);
        assert.deepEqual([path, refused.code, refused.error.code], [path, 9, "E_FILE"]);
        assert.match(refused.error.message, says);
      }
    }
    assert.deepEqual(await readdir(outside), ["secret"]);
    assert.equal(await readFile(join(outside, "secret"), "utf8"), "secret");
    assert.deepEqual(await temps(), []);
    assert.equal(await bucketMessages(t), 0);
  });

  function nodeUid(): number {
    return suite.rift.podman.ids.uid ?? process.getuid?.() ?? 0;
  }

  /** Looks at the node's files as its containers do: only root and they can enter directories of subordinate ids. */
  async function inside(...command: readonly string[]): Promise<string> {
    return (await suite.rift.podman.podman("unshare", ...command)).trimEnd();
  }

  it("cannot be given to an id that the node's user does not have, and the answer says which there are", async () => {
    const map = await suite.rift.podman.podman("unshare", "cat", "/proc/self/uid_map");
    const ends = map
      .trim()
      .split("\n")
      .map((line) => line.trim().split(/\s+/).map(Number));
    const beyond = Math.max(...ends.map(([first = 0, , count = 0]) => first + count));
    await make("beyond", "x");
    const { error } = await suite.alice.fails("push", "beyond", "web", "beyond", "--owner", String(beyond));
    assert.equal(error.code, "E_FILE");
    assert.match(error.message, new RegExp(`uid ${beyond} is outside .*available: 0-${beyond - 1}`));
    assert.match(error.hint ?? "", /usermod/);
    await assert.rejects(stat(there("beyond")), { code: "ENOENT" });
  });

  it("of the containers' users are pushed, kept theirs, and pulled", async () => {
    const data = there("data");
    const ownerAndMode = () => inside("stat", "--format", "%u %a", join(data, "own"));
    await make("own", "first", 0o600);
    const first = await suite.alice.mcp("push", "own", "web", "data/own", "--owner", `${INNER_USER}:${INNER_USER}`);
    assert.equal(first.code, 0, first.stderr);
    assert.equal(await ownerAndMode(), `${INNER_USER} 600`);
    await inside("chown", `${INNER_USER}:${INNER_USER}`, data);
    await inside("chmod", "700", data);
    await make("own", "second", 0o640);
    const second = await suite.alice.mcp("push", "own", "web", "data/own");
    assert.equal(second.code, 0, second.stderr);
    assert.equal(await ownerAndMode(), `${INNER_USER} 640`);
    const pulled = await suite.alice.mcp("pull", "web", "data/own", "own-back");
    assert.equal(pulled.code, 0, pulled.stderr);
    assert.equal(await readFile(here("own-back"), "utf8"), "second");
    const tree = await suite.alice.mcp("pull", "-r", "web", "data", "own-tree");
    assert.equal(tree.code, 0, tree.stderr);
    assert.deepEqual(await readdir(here("own-tree")), ["own"]);
    assert.equal((await suite.alice.fails("pull", "web", "data/none")).error.code, "E_NOT_FOUND");
    assert.equal((await suite.alice.fails("push", "own", "web", "data")).error.code, "E_FILE");
    makeLarge("own-large", 20);
    const large = await suite.alice.mcp("push", "own-large", "web", "data/large");
    assert.equal(large.code, 0, large.stderr);
    const [sum] = (await inside("sha256sum", join(data, "large"))).split(" ");
    assert.equal(sum, await sha256(here("own-large")));
    assert.deepEqual((await inside("ls", "-A", data)).split("\n"), ["large", "own"]);
    await inside("rm", "-r", data); // the tests below look into all directories
  });

  async function fullDiskTest(t: TestContext): Promise<void> {
    const small = join(suite.root, "small");
    await mkdir(small);
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=8m,uid=${nodeUid()},mode=755`, "tmpfs", small]);
    t.after(() => void execFileSync("umount", ["--lazy", small]));
    await suite.alice.define("small", oneComponent("small", suite.images["hello:v1"]));
    await make("old", "old");
    for (const name of ["a", "b"]) await suite.alice.mcp("push", "old", "small", name);
    makeLarge("nine", 9);
    const refused = await suite.alice.fails("push", "nine", "small", "a");
    assert.deepEqual([refused.code, refused.error.code], [9, "E_FILE"]);
    assert.match(refused.error.message, /9437184 bytes/);
    for (const name of ["a", "b"]) makeLarge(`both/${name}`.replace("both/", "both-"), 6);
    const both = await suite.alice.mcp("push", "--to", "small", "both-a", "both-b");
    assert.equal(both.code, 8, `${both.stdout}${both.stderr}`);
    assert.match(both.stderr, /disk/);
    const held = await readdir(small);
    assert.ok(held.length <= 3 && !held.some(isTempName), String(held));
    for (const name of ["a", "b"]) assert.equal(await readFile(join(small, name), "utf8"), "old");
    assert.equal(await eventually(async () => (await bucketMessages(t)) === 0), true);
  }

  // Only root can mount a small disk.
  if (isRoot) it("that find the disk full leave what was there", fullDiskTest);

  it("survive a restart of the server in the middle, both ways", { timeout: 120_000 }, async () => {
    makeLarge("long", 160);
    const sum = await sha256(here("long"));
    for (const words of [
      ["push", "long", "web"],
      ["pull", "web", "long", "long-back"],
    ]) {
      const program = suite.alice.start(...words);
      await movedSome(words[0] === "push" ? suite.root : suite.alice.dir);
      await suite.bus.kill9();
      await suite.bus.restart();
      const end = await program.ended;
      assert.equal(end.code, 0, end.stderr);
    }
    assert.equal(await sha256(there("long")), sum);
    assert.equal(await sha256(here("long-back")), sum);
    assert.deepEqual(await temps(), []);
  });

  /** Waits until some MiB of a half-written file lie in the directory. */
  async function movedSome(directory: string): Promise<void> {
    await eventually(
      async () => {
        const parts = (await readdir(directory, { recursive: true })).filter((name) => name.endsWith(".part"));
        const sizes = await Promise.all(parts.map(async (name) => (await stat(join(directory, name))).size));
        return sizes.some((size) => size > 4 * MIB);
      },
      { what: "some has arrived", intervalMs: 2 },
    );
  }

  it("that are interrupted leave the target alone and nothing behind", async (t) => {
    makeLarge("long", 160);
    await make("short", "old");
    await suite.alice.mcp("push", "short", "web", "long");
    const program = suite.alice.start("push", "long", "web");
    await movedSome(suite.root);
    const end = await program.stop("SIGINT");
    assert.equal(end.code, 130);
    assert.match(end.stderr, /interrupted: unfinished transfers are canceled/);
    await eventually(async () => (await temps()).length === 0, { what: "the half-written file is gone" });
    await eventually(async () => (await bucketMessages(t)) === 0, { what: "the bucket is empty" });
    assert.equal(await readFile(there("long"), "utf8"), "old");
  });

  it("whose agent is killed fail at once, and leave nothing when it is back", { timeout: 120_000 }, async (t) => {
    makeLarge("long", 160);
    const program = suite.alice.start("push", "long", "web", "killed/long");
    await movedSome(suite.root);
    await suite.rift.agent.kill9();
    assert.ok((await temps()).length > 0, "killed in the middle");
    await suite.rift.agent.start();
    const end = await program.ended;
    assert.notEqual(end.code, 0);
    assert.match(end.stderr, /unknown transfer|the agent (was|has) restarted/);
    await eventually(async () => (await temps()).length === 0, { what: "swept" });
    await eventually(async () => (await bucketMessages(t)) === 0, { what: "the bucket is empty" });
    assert.deepEqual(await readdir(there("killed")), []);
    assert.equal((await suite.alice.mcp("push", "long", "web", "killed/long")).code, 0);
  });

  it("whose command is killed are dropped by the node", { timeout: 180_000 }, async (t) => {
    makeLarge("long", 160);
    await make("short", "old");
    await suite.alice.mcp("push", "short", "web", "orphan");
    const program = suite.alice.start("push", "long", "web", "orphan");
    await movedSome(suite.root);
    await program.stop("SIGKILL");
    assert.ok((await temps()).length > 0, "killed in the middle");
    const timeoutMs = REQUEST_LEASE_MS + TRANSFER_LEASE_MS + 15_000;
    await eventually(async () => (await temps()).length === 0, { what: "given up", timeoutMs, intervalMs: 500 });
    await eventually(async () => (await bucketMessages(t)) === 0, { what: "the bucket is empty" });
    assert.equal(await readFile(there("orphan"), "utf8"), "old");
  });

  it("whose bytes are changed on the bus are not put in place", async (t) => {
    await make("short", "old");
    await suite.alice.mcp("push", "short", "web", "whole");
    const bus = await suite.operatorBus();
    t.after(() => bus.close());
    const push = order("whole", { size: 4 });
    const source = async function* () {
      yield Buffer.from("evil");
    };
    const object = { transfer: push.transfer, size: 4, description: "x" };
    const answers = bus.ask(push, { nodes: ["rift"], idleMs: 10_000, signal: t.signal });
    for await (const reply of answers) {
      if (reply.last) {
        assert.equal(reply.error?.code, "E_FILE");
        assert.match(reply.error?.message ?? "", /was damaged on the way/);
      } else if (reply.body?.verb === "push" && reply.body.received === 0) {
        await bus.files("rift").write(object, source(), t.signal);
        const sha256 = createHash("sha256").update("good").digest("hex");
        const body = { verb: "commit", transfer: push.transfer, sha256 } as const;
        for await (const _ of bus.ask(body, { nodes: ["rift"], idleMs: 5_000, signal: t.signal })) break;
      }
    }
    assert.equal(await readFile(there("whole"), "utf8"), "old");
    assert.deepEqual(await temps(), []);
  });
});

/** Resident memory in MB (10⁶ bytes); 0 when it has ended. */
function rss(pid: number): number {
  try {
    const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return kib === undefined ? 0 : (Number(kib) * 1024) / 1e6; // a process that is ending has none
  } catch {
    return 0;
  }
}
