/** `mcp-agent join`: what a bundle becomes on a node, and what is never lost by it. */
import assert from "node:assert/strict";
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { runJoin } from "../../../src/agent/run-join.ts";
import { readAgentSettings } from "../../../src/agent/settings.ts";
import type { NodeBundle } from "../../../src/schemas/bundle.ts";
import { renderCreds } from "../../../src/trust/creds-file.ts";
import { createKey } from "../../../src/trust/keys.ts";
import { tempDir } from "../../helpers/temp-dir.ts";

function bundle(over: Partial<NodeBundle> = {}): NodeBundle {
  const [signer, exchange] = [createKey("account").publicKey, createKey("account").publicKey];
  return {
    version: 1,
    kind: "node",
    node: "rift",
    bus: { servers: ["tls://bus.example.net:4222"], ca: "-----BEGIN CERTIFICATE-----\n" },
    creds: renderCreds({ seed: createKey("user").seed }),
    trust: { signers: [signer], exchange: [exchange], incarnation: "one" },
    ...over,
  };
}

async function place(t: TestContext) {
  const dir = await tempDir(t);
  const path = join(dir, "rift.bundle");
  const config = join(dir, "etc/mcp/agent.toml");
  const joining = async (given: NodeBundle, force = false) => {
    await writeFile(path, JSON.stringify(given));
    return await runJoin(path, { config, env: {}, force });
  };
  const read = (name: string) => readFile(join(dir, "etc/mcp", name), "utf8");
  return { dir, config, joining, read };
}

describe("mcp-agent join", () => {
  it("writes settings that pin whom the node obeys, credentials and certificates, for their owner alone", async (t) => {
    const { dir, config, joining, read } = await place(t);
    const given = bundle();
    const told = await joining(given);
    assert.match(
      told,
      /node rift now[\s\S]*mcp-agent server --config .*agent\.toml\n.*rift\.bundle holds the node's key: remove it/,
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
    await assert.rejects(joining(bundle()), { code: "E_FILE", hint: /--force/ });
    assert.equal(await read("rift.creds"), before);
  });

  it("leaves agent.toml as people changed it when only the credentials are new", async (t) => {
    const { config, joining, read } = await place(t);
    const given = bundle();
    await joining(given);
    const own = `${await read("agent.toml")}\n[log]\nlevel = "debug" # while looking\n`;
    await writeFile(config, own);
    const renewed = { ...given, creds: renderCreds({ seed: createKey("user").seed }) };
    await joining(renewed, true);
    assert.deepEqual([await read("agent.toml"), await read("rift.creds")], [own, renewed.creds]);
  });

  it("keeps the old agent.toml beside one that says something else of the bus, the trust or the node", async (t) => {
    const { joining, read } = await place(t);
    const given = bundle();
    await joining(given);
    const old = await read("agent.toml");
    await joining({ ...given, trust: { ...given.trust, incarnation: "two" } }, true);
    assert.match(await read("agent.toml"), /incarnation = "two"/);
    assert.equal(await read("agent.toml.old"), old);
  });

  it("refuses what is no bundle of a node without showing it", async (t) => {
    const { dir, config } = await place(t);
    const path = join(dir, "some");
    for (const text of ["SUSECRET", JSON.stringify({ ...bundle(), kind: "operator", secret: "SUSECRET" })]) {
      await writeFile(path, text);
      await assert.rejects(runJoin(path, { config, env: {}, force: false }), (error: Error) => {
        assert.ok(!`${error.message} ${String(error.cause)}`.includes("SUSECRET"));
        return true;
      });
    }
  });

  it("goes to the user's own configuration unless told where", async (t) => {
    const { dir, joining } = await place(t);
    await joining(bundle());
    const told = await runJoin(join(dir, "rift.bundle"), {
      config: undefined,
      env: { HOME: join(dir, "home") },
      force: false,
    });
    await runJoin(join(dir, "rift.bundle"), {
      config: undefined,
      env: { XDG_CONFIG_HOME: join(dir, "xdg") },
      force: false,
    });
    assert.match(told, /systemctl --user enable --now mcp-agent/);
    assert.ok((await stat(join(dir, "home/.config/mcp/agent.toml"))).isFile());
    assert.ok((await stat(join(dir, "xdg/mcp/agent.toml"))).isFile());
  });
});
