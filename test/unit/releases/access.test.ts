/** Keys, credentials, bundles and settings that an earlier release wrote are read, and say the same. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { describe, it } from "node:test";
import { runJoin } from "../../../src/agent/commands/run-join.ts";
import { readAgentSettings } from "../../../src/agent/state/settings.ts";
import { readSeed } from "../../../src/auth/read-seed.ts";
import { readExchangeSettings } from "../../../src/auth/settings.ts";
import { readCredentials } from "../../../src/bus/connection/credentials.ts";
import { openSeenStates } from "../../../src/cli/change/seen-states.ts";
import { joinBus, readOperatorBundle } from "../../../src/cli/enroll/join-bus.ts";
import { openIdentityDir } from "../../../src/cli/identity/identity-dir.ts";
import { readSettings } from "../../../src/cli/settings/read-settings.ts";
import { documentHash } from "../../../src/schemas/service/spec-hash.ts";
import { desiredCodec, nodeRecordCodec } from "../../../src/schemas/wire/codec.ts";
import { decodeJwt } from "../../../src/trust/jwt.ts";
import { enrolledSites, type RecordedSite, recordedSites } from "../../helpers/recorded-releases.ts";

const OPERATORS = ["bob", "eve", "vera"];

/** Every file below the site whose name ends so. */
function filesOf(site: RecordedSite, ending: string): string[] {
  const names = readdirSync(site.dir, { recursive: true, encoding: "utf8" });
  return names.filter((name) => name.endsWith(ending)).map((name) => join(site.dir, name));
}

for (const site of enrolledSites()) {
  describe(`the identity directory of ${site.title}`, () => {
    it("opens with all of its keys, and names those who have some", async (t) => {
      const dir = await openIdentityDir(join(await site.copy(t, "workstation"), "identity"));
      const { signers, exchange } = (await settingsOf(site, "workstation")).trust;
      assert.deepEqual([dir.identity["break-glass"].publicKey], signers);
      assert.deepEqual([dir.identity.exchange.publicKey], exchange);
      assert.match(dir.bus.ca ?? "", /BEGIN CERTIFICATE/);
      const names = ["node", "consumer", "viewer"].map((kind) => dir.accountNames(kind as "node"));
      assert.deepEqual(await Promise.all(names), [["orion", "rift"], ["watcher"], ["vera"]]);
      assert.equal((await dir.retiredAccounts("node", "oldtimer")).length, 1);
      assert.deepEqual((await dir.operators()).map(({ name }) => name).sort(), ["bob", "eve", "kyle", "vera"]);
      assert.deepEqual(
        (await dir.revoked())?.revoked.map(({ name }) => name),
        ["eve"],
      );
    });

    it("has the account of each node that is recorded on the bus, and its bridge", async (t) => {
      const dir = await openIdentityDir(join(await site.copy(t, "workstation"), "identity"));
      const texts = site.messages("nodes").filter(({ text }) => text !== "");
      const records = new Map(
        texts.map(({ text }) => nodeRecordCodec.decode(Buffer.from(text))).map((r) => [r.node, r]),
      );
      for (const node of site.nodes) {
        assert.equal((await dir.accountKey("node", node)).publicKey, records.get(node)?.account);
        assert.match((await dir.bridgeCreds(node)) ?? "", /BEGIN NATS USER JWT/);
      }
    });
  });

  describe(`the credentials of ${site.title}`, () => {
    it("are read, each of them, and none has an end", async (t) => {
      const copy = await site.copy(t);
      const paths = filesOf(site, ".creds");
      assert.ok(paths.length >= 12);
      for (const path of paths) {
        const { jwt, key } = readCredentials(path.replace(site.dir, copy));
        const claims = decodeJwt(jwt ?? "");
        assert.equal(claims.sub, key.publicKey, path);
        assert.equal(claims.exp, undefined, path);
      }
    });

    it("are those that bundles carried: joining with one again makes the same files", async (t) => {
      const copy = await site.copy(t);
      for (const name of OPERATORS) {
        const bundle = await readOperatorBundle(join(copy, "carried", `${name}.bundle`));
        const dir = join(copy, "again", name);
        const written = await joinBus(bundle, { settingsPath: join(dir, "mcp.toml"), force: false });
        assert.ok(written.length >= 3);
        for (const path of written) {
          assert.equal(
            withoutComments(await readFile(path, "utf8")),
            withoutComments(recorded(site, `joined/${name}/${basename(path)}`)),
            path,
          );
        }
      }
    });

    it("are those of nodes as well", async (t) => {
      const copy = await site.copy(t);
      for (const node of site.nodes) {
        const config = join(copy, "again", node, "agent.toml");
        const env = { HOME: copy };
        const options = {
          config,
          env,
          force: false,
          systemd: true,
          mayKeepStore: async () => true,
          warn: () => undefined,
        };
        await runJoin(join(copy, "carried", `${node}.bundle`), options);
        for (const name of [`${node}.creds`, "ca.pem"]) {
          const text = await readFile(join(copy, "again", node, name), "utf8");
          assert.equal(text, recorded(site, `nodes/${node}/${name}`));
        }
        const [now, then] = [config, join(copy, "nodes", node, "agent.toml")].map((path) =>
          readAgentSettings(path, env),
        );
        assert.deepEqual((await now)?.trust, (await then)?.trust);
        assert.deepEqual((await now)?.bus.servers, (await then)?.bus.servers);
      }
    });
  });

  describe(`the settings of ${site.title}`, () => {
    it("are read on every workstation, and lead to what lies beside them", async () => {
      for (const dir of ["workstation", ...OPERATORS.map((name) => `joined/${name}`)]) {
        const { bus, trust, found } = await settingsOf(site, dir);
        assert.ok(found && bus?.creds !== undefined && bus.ca !== undefined, dir);
        assert.ok(readFileSync(bus.creds, "utf8").includes("BEGIN USER NKEY SEED"));
        assert.equal(trust.signers.length, 1);
      }
    });

    it("are read on nodes, the enrollment with them", async () => {
      for (const node of site.nodes) {
        const settings = await readAgentSettings(join(site.dir, "nodes", node, "agent.toml"), {});
        assert.equal(settings.node, node);
        assert.match(settings.trust.incarnation ?? "", /^[0-9a-f-]{36}$/);
        assert.deepEqual(settings.alerts.command, ["/bin/true"]);
        assert.match(settings.store.path, /mcp\.db$/);
      }
    });

    it("are read by the login exchange, whose keys are the bus's", async (t) => {
      const copy = await site.copy(t, "workstation");
      const path = join(copy, "auth", "auth.toml");
      const mcias = { MCP_AUTH_MCIAS_SERVER_URL: "https://mcias.example.net", MCP_AUTH_MCIAS_ISSUER: "mcias" };
      const settings = await readExchangeSettings(path, { HOME: copy, ...mcias });
      const { identity } = await openIdentityDir(join(copy, "identity"));
      assert.equal(settings.account, identity.control.publicKey);
      assert.equal((await readSeed(settings.signingKey)).trim(), identity.exchange.seed);
      assert.equal((await readSeed(settings.curveKey)).trim(), identity["exchange-curve"].seed);
      await rm(settings.curveKey);
      await assert.rejects(async () => readSeed(settings.curveKey));
    });
  });
}

for (const site of recordedSites()) {
  it(`the workstation of ${site.title} knows what it has seen`, async (t) => {
    const { bus } = await settingsOf(site, "workstation");
    const seen = openSeenStates({ XDG_STATE_HOME: await site.copy(t, "state") }, bus?.servers ?? []);
    const messages = site.messages("desired").filter(({ subject }) => !subject.endsWith("._index"));
    const last = new Map(messages.map((message) => [message.subject, desiredCodec.decode(Buffer.from(message.text))]));
    // What others wrote it has seen since it exported their services.
    for (const document of last.values()) {
      const ref = { generation: document.generation, hash: documentHash(document) };
      assert.deepEqual(await seen.read(document.node, document.service), ref, document.service);
    }
  });
}

const recorded = (site: RecordedSite, path: string) => readFileSync(join(site.dir, path), "utf8");

async function settingsOf(site: RecordedSite, dir: string) {
  const path = join(site.dir, dir, "mcp.toml");
  return await readSettings({ config: path, env: { HOME: "/nonexistent" }, cwd: "/" });
}

/** Comments are words for people, and may change. */
function withoutComments(text: string): string {
  return text
    .split("\n")
    .filter((line) => !line.startsWith("# "))
    .join("\n");
}
