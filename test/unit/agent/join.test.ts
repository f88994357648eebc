/** `mcp-agent join`: what a bundle becomes on a node, and what is never lost by it. */
import assert from "node:assert/strict";
import { chmod, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { type JoinOptions, runJoin } from "../../../src/agent/commands/run-join.ts";
import { readAgentSettings } from "../../../src/agent/state/settings.ts";
import type { NodeBundle } from "../../../src/schemas/wire/bundle.ts";
import { createAuthority } from "../../../src/trust/certificate.ts";
import { userJwt } from "../../../src/trust/claims.ts";
import { renderCreds } from "../../../src/trust/creds-file.ts";
import { createKey, signingKeyOf } from "../../../src/trust/keys.ts";
import { type McpError, messageOf } from "../../../src/values/error.ts";
import { tempDir } from "../../helpers/temp-dir.ts";

const CA = (await createAuthority("a bus", new Date())).certificate;

function userCreds(): string {
  const { publicKey, seed } = createKey("user");
  return renderCreds({ seed, jwt: userJwt({ name: "rift", publicKey }, signingKeyOf(createKey("account").seed)) });
}

function bundle(over: Partial<NodeBundle> = {}): NodeBundle {
  const [signer, exchange] = [createKey("account").publicKey, createKey("account").publicKey];
  return {
    version: 1,
    kind: "node",
    node: "rift",
    bus: { servers: ["tls://bus.example.net:4222"], ca: CA },
    creds: userCreds(),
    trust: { signers: [signer], exchange: [exchange], incarnation: "one" },
    ...over,
  };
}

async function place(t: TestContext) {
  const dir = await tempDir(t);
  const path = join(dir, "rift.bundle");
  const config = join(dir, "etc/mcp/agent.toml");
  const warnings: string[] = [];
  const options = {
    config,
    env: {},
    force: false,
    systemd: true,
    mayKeepStore: async () => true,
    warn: (text: string) => warnings.push(text),
  };
  const joining = async (given: unknown, force = false, more: Partial<JoinOptions> = {}) => {
    await writeFile(path, JSON.stringify(given), { mode: 0o600 });
    return await runJoin(path, { ...options, force, ...more });
  };
  const read = (name: string) => readFile(join(dir, "etc/mcp", name), "utf8");
  return { dir, path, config, options, warnings, joining, read };
}

describe("mcp-agent join", () => {
  it("writes settings that pin whom the node obeys, credentials and certificates, for their owner alone", async (t) => {
    const { dir, config, joining, read } = await place(t);
    const given = bundle();
    const told = await joining(given);
    assert.match(
      told,
      /now node rift[\s\S]*mcp-agent server --config .*agent\.toml\n.*rift\.bundle holds the node's key: remove it/,
    );
    assert.deepEqual((await readdir(join(dir, "etc/mcp"))).sort(), ["agent.toml", "ca.pem", "rift.creds"]);
    for (const name of ["agent.toml", "ca.pem", "rift.creds"]) {
      assert.equal((await stat(join(dir, "etc/mcp", name))).mode & 0o777, 0o600, name);
    }
    assert.equal((await stat(join(dir, "etc/mcp"))).mode & 0o777, 0o700);
    assert.equal(await read("rift.creds"), given.creds);
    const { node, bus, trust } = await readAgentSettings(config, {});
    assert.equal(node, "rift");
    assert.deepEqual(bus, {
      servers: given.bus.servers,
      creds: join(dir, "etc/mcp/rift.creds"),
      ca: join(dir, "etc/mcp/ca.pem"),
    });
    assert.deepEqual(
      [trust.signers, trust.exchange, trust.incarnation],
      [given.trust.signers, given.trust.exchange, "one"],
    );
  });

  it("writes nothing where something is there, and says how to replace it", async (t) => {
    const { joining, read } = await place(t);
    await joining(bundle());
    const before = await read("rift.creds");
    await assert.rejects(joining(bundle()), { code: "E_CONFLICT", hint: /--force/ });
    assert.equal(await read("rift.creds"), before);
  });

  it("leaves agent.toml as people changed it when only the credentials are new", async (t) => {
    const { config, joining, read } = await place(t);
    const given = bundle();
    await joining(given);
    const own = `${await read("agent.toml")}\n[log]\nlevel = "debug" # while looking\n`;
    await writeFile(config, own);
    const renewed = { ...given, creds: userCreds() };
    await joining(renewed, true);
    assert.deepEqual([await read("agent.toml"), await read("rift.creds")], [own, renewed.creds]);
  });

  it("changes only node, bus and trust of an agent.toml, keeps what it was, and says to restart the agent", async (t) => {
    const { config, joining, read } = await place(t);
    const given = bundle();
    await joining(given);
    const others = `# mine\n[alerts]\ncommand = ["/usr/local/bin/tell"] # the pager\n\n[store]\npath = "/srv/mcp.db"\n\n[log]\nlevel = "debug"\n`;
    const own = `${await read("agent.toml")}exchange_life = "1h" # short\n${others}`;
    await writeFile(config, own);
    const anew = {
      ...given,
      bus: { servers: ["tls://other.example.net:4222"] },
      trust: { ...given.trust, incarnation: "two" },
    };
    const told = await joining(anew, true);
    const expected = own
      .replace('"one"', '"two"')
      .replace("bus.example.net", "other.example.net")
      .replace('ca = "ca.pem"\n', "");
    assert.deepEqual([await read("agent.toml"), await read("agent.toml.old")], [expected, own]);
    assert.match(
      told,
      /only node, \[bus\] and \[trust\] of .*agent\.toml changed; the previous file is .*agent\.toml\.old\n/,
    );
    assert.match(told, /restart its agent/);
  });

  it("names the unit to restart where an agent of the usual place may run", async (t) => {
    const { dir, joining } = await place(t);
    const usual = { config: undefined, env: { HOME: dir } };
    assert.match(await joining(bundle(), false, usual), /systemctl --user enable --now mcp-agent/);
    assert.match(await joining(bundle(), true, usual), /systemctl --user restart mcp-agent/);
  });

  it("names no command of systemd on a machine without it", async (t) => {
    const { dir, joining } = await place(t);
    const usual = { config: undefined, env: { HOME: dir }, systemd: false };
    assert.doesNotMatch(await joining(bundle(), false, usual), /systemctl/);
    assert.doesNotMatch(await joining(bundle(), true, usual), /systemctl/);
  });

  it("replaces an agent.toml that is damaged, and says where it is now", async (t) => {
    const { config, joining, read } = await place(t);
    await joining(bundle());
    for (const damaged of ["[bus\n", 'bus = { servers = ["tls://a:1"] }\n[trust]\n', "[alerts]\nfor = 7\n"]) {
      await writeFile(config, damaged);
      assert.match(
        await joining(bundle(), true),
        /was damaged and was replaced; copy what you need from .*agent\.toml\.old/,
      );
      assert.equal(await read("agent.toml.old"), damaged);
      assert.equal((await readAgentSettings(config, {})).node, "rift");
    }
  });

  it("puts the store where this user can keep it, and leaves a place that is named alone", async (t) => {
    const { dir, config, joining } = await place(t);
    const poor = { mayKeepStore: async () => false, env: { HOME: join(dir, "home") } };
    const path = join(dir, "home/.local/share/mcp/mcp.db");
    assert.match(await joining(bundle(), false, poor), new RegExp(`store will be ${path}`));
    assert.equal((await readAgentSettings(config, {})).store.path, path);
    const told = await joining(bundle(), true, { ...poor, env: { XDG_DATA_HOME: join(dir, "data") } });
    assert.doesNotMatch(told, /store will be/);
    assert.equal((await readAgentSettings(config, {})).store.path, path);
  });

  it("refuses a damaged bundle before it writes anything, naming the part and never what it holds", async (t) => {
    const { dir, joining } = await place(t);
    const good = bundle();
    const seed = createKey("user").seed;
    const bad: readonly (readonly [RegExp, unknown])[] = [
      [/credentials are damaged/, { ...good, creds: "hello" }],
      [/credentials are damaged/, { ...good, creds: good.creds.slice(0, -80) }],
      [/credentials have no JWT/, { ...good, creds: good.creds.slice(good.creds.indexOf("-----BEGIN USER NKEY")) }],
      [/its credentials' key does not match/, { ...good, creds: good.creds.replace(/\nSU\w+\n/, `\n${seed}\n`) }],
      [/certificates/, { ...good, bus: { ...good.bus, ca: "SECRET" } }],
      [/certificates/, { ...good, bus: { ...good.bus, ca: CA.replace(/MII?/, "AAA") } }],
      [/certificates/, { ...good, bus: { ...good.bus, ca: CA.slice(0, 90) } }],
      [/bus server addresses/, { ...good, bus: { servers: [] } }],
      [/signers/, { ...good, trust: { ...good.trust, signers: ["SECRET"] } }],
      [/name/, { ...good, node: "../../rift" }],
    ];
    for (const [part, given] of bad) {
      await assert.rejects(joining(given), (error: McpError) => {
        assert.deepEqual([error.code, part.test(error.message)], ["E_CONFIG", true], error.message);
        assert.ok(![seed, "SECRET", "hello"].some((text) => messageOf(error).includes(text)), error.message);
        return true;
      });
      assert.deepEqual(await readdir(dir), ["rift.bundle"], String(part));
    }
  });

  it("says which directory cannot be made", async (t) => {
    const { dir, joining } = await place(t);
    const config = join(dir, "rift.bundle/mcp/agent.toml");
    await assert.rejects(joining(bundle(), false, { config }), { code: "E_FILE", message: /rift\.bundle\/mcp/ });
  });

  it("warns of a bundle that others can read", async (t) => {
    const { path, joining, warnings } = await place(t);
    await joining(bundle());
    assert.deepEqual(warnings, []);
    await chmod(path, 0o640);
    await joining(bundle(), true);
    assert.match(warnings.join("\n"), /others on this machine can read .*rift\.bundle/);
  });

  it("refuses what is no bundle of a node without showing it", async (t) => {
    const { dir, options } = await place(t);
    const path = join(dir, "some");
    for (const text of ["SUSECRET", JSON.stringify({ ...bundle(), kind: "operator", secret: "SUSECRET" })]) {
      await writeFile(path, text);
      await assert.rejects(runJoin(path, options), (error: Error) => {
        assert.ok(!`${error.message} ${String(error.cause)}`.includes("SUSECRET"));
        return true;
      });
    }
  });

  it("goes to the user's own configuration unless told where", async (t) => {
    const { dir, joining } = await place(t);
    const told = await joining(bundle(), false, { config: undefined, env: { HOME: join(dir, "home") } });
    await joining(bundle(), false, { config: undefined, env: { XDG_CONFIG_HOME: join(dir, "xdg") } });
    assert.match(told, /systemctl --user enable --now mcp-agent/);
    assert.ok((await stat(join(dir, "home/.config/mcp/agent.toml"))).isFile());
    assert.ok((await stat(join(dir, "xdg/mcp/agent.toml"))).isFile());
  });
});
