/** `mcp operator`, `mcp consumer` and `mcp join` on a bus of memory: what they refuse, print and complete. */
import assert from "node:assert/strict";
import { chmod, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { createIdentityDir } from "../../../../src/cli/identity/identity-dir.ts";
import { operatorBundleCodec } from "../../../../src/schemas/wire/codec.ts";
import { createAuthority } from "../../../../src/trust/certificate.ts";
import { parseCreds } from "../../../../src/trust/creds-file.ts";
import { operatorClaimsOf } from "../../../../src/trust/operator-claims.ts";
import { McpError } from "../../../../src/values/error.ts";
import { assertJson } from "../../../helpers/json-shape.ts";
import { MemoryAccountServer } from "../../../helpers/memory-account-server.ts";
import { type RunCliOptions, runCli, TEST_NOW_MS } from "../../../helpers/run-cli.ts";
import { tempDir } from "../../../helpers/temp-dir.ts";
import { MemoryOperatorBus } from "../../../twin/memory-operator-bus.ts";

const DAY_MS = 86_400_000;

const CA = (await createAuthority("a bus", new Date())).certificate;

async function site(t: TestContext) {
  const dir = await tempDir(t);
  const identity = join(dir, "identity");
  await createIdentityDir(identity, { servers: ["tls://bus.example.net:4222"], ca: CA });
  const options = {
    bus: new MemoryOperatorBus(() => TEST_NOW_MS),
    accounts: new MemoryAccountServer(),
    cwd: dir,
    env: { HOME: dir, MCP_IDENTITY: identity },
  };
  const mcp = (words: string, more: RunCliOptions = {}) => runCli(words.split(" "), { ...options, ...more });
  return { dir, options, mcp };
}

describe("mcp operator", () => {
  it("signs role, scope and life into the credentials, for their owner alone", async (t) => {
    const { dir, mcp } = await site(t);
    const { code, stdout, stderr } = await mcp("operator add bob --node lab-* --service web --expires 90d");
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^bob: operator of web on lab-\*, until 2025-08-3\dT\d\d:\d\d:00(Z|[+-]\d\d:\d\d)\n$/);
    assert.match(stderr, /mcp join bob\.bundle/);
    assert.equal((await stat(join(dir, "bob.bundle"))).mode & 0o777, 0o600);
    const bundle = operatorBundleCodec.decode(await readFile(join(dir, "bob.bundle")));
    const claims = operatorClaimsOf(parseCreds(bundle.creds).jwt ?? "");
    assert.deepEqual(
      [claims.name, claims.role, claims.nodes, claims.services],
      ["bob", "operator", ["lab-*"], ["web"]],
    );
    assert.equal(claims.expiresAtS, TEST_NOW_MS / 1000 + 90 * 86_400);
    assert.deepEqual(bundle.trust.signers, [claims.issuer]);
  });

  it("refuses unknown roles, patterns, lives and names, and makes nothing then", async (t) => {
    const { dir, mcp } = await site(t);
    for (const words of [
      "bob --role boss",
      "bob --node *x",
      "bob --expires soon",
      "Bob",
      "bob --role viewer --node rift",
    ]) {
      assert.equal((await mcp(`operator add ${words}`)).code, 2, words);
    }
    assert.deepEqual((await readdir(dir)).sort(), ["identity"]);
  });

  it("lists who is in force first, and warns of credentials that expire soon", async (t) => {
    const { mcp } = await site(t);
    for (const words of ["ann", "bob --expires 7d", "carol --role viewer"]) await mcp(`operator add ${words}`);
    await mcp("operator remove ann --yes");
    const later = { nowMs: TEST_NOW_MS + DAY_MS };
    const { stdout, stderr } = await mcp("operator list", later);
    assert.match(
      stdout,
      /^bob .* in 6d +expires soon\ncarol +viewer +1d ago +never +in force\nann .* removed 1d ago$/m,
    );
    assert.match(stderr, /^warning: bob's credentials expire soon: `mcp operator add bob --renew`$/m);
    const json = assertJson("operator-list-output", (await mcp("operator list --json", later)).stdout);
    assert.deepEqual(
      json.operators.map(({ name }) => name),
      ["bob", "carol", "ann"],
    );
    assert.match((await mcp("operator list", { nowMs: TEST_NOW_MS + 8 * DAY_MS })).stdout, /^bob .* 1d ago +expired$/m);
  });

  it("asks before it revokes, and knows who was there", async (t) => {
    const { options, mcp } = await site(t);
    await mcp("operator add bob");
    const silent = await mcp("operator remove bob");
    assert.equal(silent.code, 2);
    assert.match(silent.stderr, /this revokes the credentials of bob/);
    assert.equal(options.bus.revocations.revision, 0, "nothing was written");
    assert.equal((await mcp("operator remove ghost --yes")).code, 3);
    assert.equal((await mcp("operator remove ghost")).code, 3, "an unknown name is reported before the question");
    const removed = await mcp("operator remove bob --yes --json");
    const { revoked } = assertJson("operator-remove-output", removed.stdout);
    assert.deepEqual(
      options.bus.revocations.list?.revoked.map(({ publicKey }) => publicKey),
      revoked,
    );
    assert.equal((await mcp("operator add bob")).code, 0, "the name is free again");
  });

  it("reports added and removed operators and new credentials as events", async (t) => {
    const { options, mcp } = await site(t);
    await mcp("operator add bob --node lab-* --expires 90d");
    await mcp("operator add bob --renew");
    await mcp("operator remove bob --yes");
    const told = options.bus.published.map(({ kind, message, data }) => [kind, message, data?.["renewed"]]);
    assert.deepEqual(told, [
      ["operator-added", "alice@laptop: bob added as operator", false],
      ["operator-added", "alice@laptop: new credentials for bob", true],
      ["operator-removed", "alice@laptop: bob removed", undefined],
    ]);
    const { role, nodes, services, expiresAt } = options.bus.published[0]?.data ?? {};
    assert.deepEqual([role, nodes, services, expiresAt], ["operator", ["lab-*"], ["*"], "2025-08-30T12:00:00.000Z"]);
  });

  it("gives somebody new credentials without a bus, and warns that nobody was told", async (t) => {
    const { mcp } = await site(t);
    const openBus = () => Promise.reject(new McpError("E_BUS_UNREACHABLE", "cannot reach the bus"));
    const { code, stderr } = await mcp("operator add bob", { openBus });
    assert.equal(code, 0, stderr);
    assert.match(stderr, /^warning: it is done, but its event could not be published: cannot reach the bus/m);
  });

  it("carries on removals that only the bus or the server knows of", async (t) => {
    const { options, mcp } = await site(t);
    for (const name of ["bob", "carol"]) await mcp(`operator add ${name}`);
    await mcp("operator remove bob --yes");
    await writeFile(
      join(options.env.MCP_IDENTITY, "revoked.json"),
      JSON.stringify({ ...options.bus.revocations.list, serial: 0, revoked: [] }),
      { mode: 0o600 },
    );
    await mcp("operator remove carol --yes");
    const { list } = options.bus.revocations;
    assert.deepEqual([list?.serial, list?.revoked.map(({ name }) => name)], [2, ["bob", "carol"]]);
  });

  it("needs the identity directory, and says how to come by it", async () => {
    for (const words of [
      ["operator", "list"],
      ["operator", "add", "bob"],
      ["consumer", "add", "pager"],
    ]) {
      const { code, stderr } = await runCli(words);
      assert.equal(code, 3);
      assert.match(stderr, /mcp bus init/);
    }
  });
});

describe("mcp join", () => {
  it("makes settings, credentials and certificates that mcp reads, for their owner alone", async (t) => {
    const { dir, mcp } = await site(t);
    await mcp("operator add bob");
    const joined = await mcp("join bob.bundle --json");
    assert.equal(joined.code, 0, joined.stderr);
    const { files } = assertJson("join-output", joined.stdout);
    assert.deepEqual(
      files.map((file) => file.slice(dir.length)),
      ["/.config/mcp/bob.creds", "/.config/mcp/ca.pem", "/.config/mcp/mcp.toml"],
    );
    for (const file of files) assert.equal((await stat(file)).mode & 0o777, 0o600);
    assert.match(joined.stderr, /bob\.bundle holds the key too: remove it/);
    const text = await readFile(join(dir, ".config/mcp/mcp.toml"), "utf8");
    assert.match(text, /^servers = \["tls:\/\/bus\.example\.net:4222"\]\ncreds = "bob\.creds"\nca = "ca\.pem"\n/m);
  });

  it("replaces nothing unless told to, and then keeps what people changed", async (t) => {
    const { dir, mcp } = await site(t);
    await mcp("operator add bob");
    await mcp("join bob.bundle");
    const path = join(dir, ".config/mcp/mcp.toml");
    const own = `${await readFile(path, "utf8")}\n[services]\ndir = "mine" # in git\n`;
    await writeFile(path, own);
    assert.equal((await mcp("join bob.bundle")).code, 4);
    await mcp("operator add bob --renew");
    const again = assertJson("join-output", (await mcp("join bob.bundle --force --json")).stdout);
    assert.equal(again.files.length, 2);
    assert.equal(await readFile(path, "utf8"), own);
    await mcp("operator add carol");
    await mcp("join carol.bundle --force");
    assert.match(await readFile(path, "utf8"), /creds = "carol\.creds"/);
    assert.equal(await readFile(`${path}.old`, "utf8"), own);
  });

  it("refuses a damaged bundle before it writes anything, and warns of one that others can read", async (t) => {
    const { dir, mcp } = await site(t);
    await mcp("operator add bob");
    const good = JSON.parse(await readFile(join(dir, "bob.bundle"), "utf8"));
    await writeFile(join(dir, "bad.bundle"), JSON.stringify({ ...good, creds: good.creds.slice(0, 200) }));
    const bad = await mcp("join bad.bundle");
    assert.equal(bad.code, 2);
    assert.match(bad.stderr, /bad\.bundle: its credentials are damaged; nothing was written \(E_CONFIG\)/);
    assert.deepEqual((await readdir(dir)).includes(".config"), false);
    await chmod(join(dir, "bob.bundle"), 0o644);
    const loose = await mcp("join bob.bundle");
    assert.equal(loose.code, 0);
    assert.match(loose.stderr, /other users of this machine can read .*bob\.bundle/);
  });

  it("names the directory that it cannot create, for example in an invalid home", async (t) => {
    const { dir, mcp, options } = await site(t);
    await mcp("operator add bob");
    const { code, stderr } = await mcp("join bob.bundle", { env: { ...options.env, HOME: join(dir, "bob.bundle") } });
    assert.equal(code, 9);
    assert.match(
      stderr,
      /bob\.bundle\/\.config\/mcp on this machine: a part of the path is not a directory \(E_FILE\)/,
    );
  });

  it("refuses a node's bundle without showing what it holds", async (t) => {
    const { mcp } = await site(t);
    await mcp("node add rift");
    const { code, stderr } = await mcp("join rift.bundle");
    assert.equal(code, 2);
    assert.match(stderr, /mcp-agent join/);
    assert.doesNotMatch(stderr, /BEGIN|SU[A-Z2-7]{20}/);
  });
});

describe("mcp consumer", () => {
  it("makes a filter of each combination, changes them later, and keeps them when none is given", async (t) => {
    const { options, mcp } = await site(t);
    const add = async (words: string) =>
      assertJson("consumer-add-output", (await mcp(`consumer add pager ${words} --json`.replace("  ", " "))).stdout);
    const made = await add("--severity error --severity warning --service web");
    assert.deepEqual([made.result, made.filters.length], ["created", 2]);
    assert.deepEqual(options.accounts.pushed, ["V_pager"]);
    assert.equal((await add("")).result, "unchanged");
    assert.equal((await add("--node _")).result, "updated");
    assert.deepEqual(options.bus.consumers.get("pager")?.filters, ["mcp.v1.event._.*.*.*.*"]);
    assert.equal((await add("--renew")).result, "renewed");
    assert.match((await mcp("consumer list")).stdout, /^pager +0 +0 +never +mcp\.v1\.event\._\./m);
  });

  it("shares no name with a viewer, asks before it removes, and knows what is there", async (t) => {
    const { mcp } = await site(t);
    await mcp("operator add carol --role viewer");
    assert.match((await mcp("consumer list")).stdout, /^carol \(viewer\) /m);
    assertJson("consumer-list-output", (await mcp("consumer list --json")).stdout);
    assert.equal((await mcp("consumer add carol")).code, 4);
    assert.equal((await mcp("consumer remove carol --yes")).code, 4);
    await mcp("consumer add pager");
    assert.equal((await mcp("operator add pager --role viewer")).code, 4);
    assert.equal((await mcp("consumer remove pager")).code, 2);
    assert.equal((await mcp("consumer remove pager --yes")).code, 0);
    assert.equal((await mcp("consumer remove pager --yes")).code, 3);
    assert.equal((await mcp("consumer remove pager")).code, 3, "an unknown name is reported before the question");
  });

  it("refuses filters beyond reason", async (t) => {
    const { mcp } = await site(t);
    const many = (option: string, names: readonly string[]) => names.map((name) => `${option} ${name}`).join(" ");
    const names = ["a", "b", "c", "d", "e", "f", "g", "h", "i"];
    assert.equal((await mcp(`consumer add pager ${many("--node", names)} ${many("--service", names)}`)).code, 2);
    assert.equal((await mcp("consumer add pager --severity bad")).code, 2);
  });
});

describe("mcp doctor with an identity directory", () => {
  it("counts operators with valid credentials, warns of those who expire, and fails on keys that others can read", async (t) => {
    const { options, mcp } = await site(t);
    for (const words of ["ann", "bob --expires 7d"]) await mcp(`operator add ${words}`);
    const env = { ...options.env, MCP_BUS_SERVERS: "nats://127.0.0.1:4222" };
    const shown = async () => (await mcp("doctor", { env })).stdout;
    assert.match(await shown(), /^ok +identity +.*: 2 operators with valid credentials$/m);
    assert.match(await shown(), /^warn +identity +.*bob expire at .*\n +→ mcp operator add bob --renew$/m);
    for (const line of (await mcp("doctor --no-color", { env, tty: true, columns: 60 })).stdout.split("\n"))
      assert.ok(line.length <= 60 || /^ *\S+$/.test(line), `wraps in mid-word: ${line}`);
    await chmod(options.env.MCP_IDENTITY, 0o755);
    assert.match(await shown(), /^fail +identity +.*other users may access it.*\n +→ chmod go= /m);
  });
});

describe("completion of people", () => {
  it("offers operators, consumers and roles", async (t) => {
    const { mcp } = await site(t);
    for (const words of ["operator add ann", "operator add bob", "operator remove ann --yes", "consumer add pager"])
      await mcp(words);
    const offered = async (...words: readonly string[]) =>
      (await mcp(["__complete", "--", ...words].join(" "))).stdout.split("\n").filter(Boolean);
    assert.deepEqual(await offered("operator", "remove", "b"), ["bob"]);
    assert.deepEqual(await offered("consumer", "remove", "p"), ["pager"]);
    assert.deepEqual(await offered("operator", "add", "x", "--role", "v"), ["viewer"]);
  });
});
