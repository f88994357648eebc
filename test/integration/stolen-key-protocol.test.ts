/**
 * The key of node rift is stolen, and used by speaking the protocol by hand: subjects and headers no library sends, other
 * accounts claimed in CONNECT, JWTs altered or signed anew, floods, and keys that were taken back.
 */
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { pushAccount } from "../../src/bus/admin/account-server.ts";
import { NODE_LIMITS } from "../../src/schemas/wire/accounts.ts";
import { userJwt } from "../../src/trust/claims.ts";
import { parseCreds, renderCreds } from "../../src/trust/creds-file.ts";
import { nodeTenant, tenantAccountJwt, tenantCreds } from "../../src/trust/enroll.ts";
import { createKey, signingKeyOf } from "../../src/trust/keys.ts";
import { eventually } from "../helpers/eventually.ts";
import { attackerWith, type IsolationCheck, startIsolationCheck } from "../helpers/isolation-check.ts";
import { startOperatorServer } from "../helpers/operator-server.ts";
import { type RawClient, rawClient } from "../helpers/raw-client.ts";
import { suiteScope } from "../helpers/scope.ts";
import { tempDir } from "../helpers/temp-dir.ts";

const pub = (subject: string, body = "{}") => `PUB ${subject} ${Buffer.byteLength(body)}\r\n${body}\r\n`;
const hpub = (subject: string, head: string, body = "{}") =>
  `HPUB ${subject} ${head.length} ${head.length + body.length}\r\n${head}${body}\r\n`;
const OWN = "$KV.mcp-observed.rift.web";

/** Bytes for the wire; after each the connection may be closed, and nothing else may have happened. */
const LINES: Readonly<Record<string, readonly string[]>> = {
  "an empty token": [pub("mcp.v1.agent..restart.id"), pub("$KV.mcp-desired.vade."), pub(".mcp.v1.agent.vade.x.id")],
  "two dots": [pub("$KV.mcp-observed.rift..web"), pub("$KV.mcp-observed.rift.../vade.web")],
  "wildcards in what is published": [
    pub("$KV.mcp-observed.*.web"),
    pub("mcp.v1.agent.*.restart.id"),
    pub("mcp.v1.reply.>"),
    pub("$KV.mcp-desired.>"),
  ],
  "a tab for a space": [pub("mcp.v1.agent.vade.restart.id\t_INBOX_rift.x"), pub(`${OWN}\t$KV.mcp-desired.vade.web`)],
  "a second reply subject": [`PUB ${OWN} _INBOX_rift.x $KV.mcp-desired.vade.web 2\r\n{}\r\n`],
  "a command hidden in a payload of the wrong size": [`PUB ${OWN} 1\r\n{}\r\n${pub("$KV.mcp-desired.vade.web")}`],
  "a negative size": [`PUB ${OWN} -1\r\n${pub("$KV.mcp-desired.vade.web")}`],
  "a subject of 4,000 bytes": [pub(`$KV.mcp-observed.rift.${"x".repeat(4000)}`)],
  "a null byte": [pub("$KV.mcp-observed.rift.\u0000vade"), pub("mcp.v1.agent.\u0000.restart.id")],
  "characters beyond ASCII": [pub("mcp.v1.agent.v\u00e4de.restart.id"), pub("mcp.v1.agent.\u00advade.restart.id")],
  "commands in small letters": [`pub $KV.mcp-desired.vade.web 2\r\n{}\r\n`],
  "a header that ends early": [
    hpub("$KV.mcp-desired.vade.web", "NATS/1.0\r\n\r\n"),
    hpub(OWN, `NATS/1.0\r\nX: a\r\n\r\n${pub("$KV.mcp-desired.vade.web")}`),
  ],
  "a header longer than the message": [`HPUB ${OWN} 99 2\r\n{}\r\n`],
  "a header twice": [hpub(OWN, "NATS/1.0\r\nNats-Rollup: sub\r\nNats-Rollup: all\r\n\r\n")],
  "a header in small letters": [
    hpub(OWN, "NATS/1.0\r\nnats-rollup: all\r\nnats-expected-stream: KV_mcp-desired\r\n\r\n"),
  ],
  "what only a route says": [
    "RS+ MCP mcp.v1.agent.> 1\r\n",
    "RMSG MCP $KV.mcp-desired.vade.web 2\r\n{}\r\n",
    "A+ MCP\r\n",
  ],
  "what only a leaf node says": ["LS+ mcp.v1.agent.>\r\n", "LMSG $KV.mcp-desired.vade.web 2\r\n{}\r\n"],
  "what only a server says": [
    "MSG $KV.mcp-desired.vade.web 1 2\r\n{}\r\n",
    'INFO {"connect_urls":["127.0.0.1:1"]}\r\n',
    "+OK\r\n",
  ],
  "a second CONNECT for another account": [
    'CONNECT {"verbose":false,"account":"MCP","new_account":true}\r\n',
    pub("$KV.mcp-desired.vade.web"),
  ],
};

/** Laid over what the attacker says of himself in CONNECT. */
const CLAIMS: Readonly<Record<string, object>> = {
  "another account": { account: "MCP", new_account: true },
  "to be a route": { type: "ROUTER", server_id: "X", cluster: "C" },
  "to be a leaf node": { is_leaf: true, remote_account: "MCP", domain: "hub", cluster: "C" },
  "a name and a password": { user: "vade", pass: "x", auth_token: "x" },
  "not to hear itself": { echo: false, no_responders: true },
};

for (const version of ["newest", "2.10"] as const) {
  describe(`a stolen key spoken by hand on nats-server ${version}`, () => {
    const scope = suiteScope();
    const at: { check?: IsolationCheck } = {};
    const check = () => {
      assert.ok(at.check);
      return at.check;
    };
    before(async () => {
      at.check = await startIsolationCheck(scope, version);
    });

    for (const [what, lines] of Object.entries(LINES)) {
      test(`publishing with ${what}`, async (t) => {
        const { server, roles, assertIsolated } = check();
        await assertIsolated(async () => {
          for (const creds of [roles.creds.rift, roles.accountOf.rift]) {
            for (const line of lines) {
              const client = await rawClient(t, server.port, creds);
              client.send(line);
              await client.settle();
            }
          }
        });
      });
    }

    for (const [what, claim] of Object.entries(CLAIMS)) {
      test(`claiming ${what} in CONNECT`, async (t) => {
        const { server, roles, assertIsolated } = check();
        await assertIsolated(async () => {
          const client = await rawClient(t, server.port, roles.creds.rift, claim);
          client.send(`${pub("$KV.mcp-desired.vade.web") + pub("mcp.v1.agent.vade.restart.id")}SUB > 1\r\n`);
          await client.settle();
        });
      });
    }

    test("JWTs that are altered, signed again or for other keys are refused", async (t) => {
      const { server, roles, assertIsolated } = check();
      const { jwt = "" } = parseCreds(await readFile(roles.creds.rift, "utf8"));
      const [head = "", body = "", sig = ""] = jwt.split(".");
      const claims = JSON.parse(Buffer.from(body, "base64url").toString());
      const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
      const own = createKey("user");
      const selfMade = signingKeyOf(createKey("account").seed);
      const control = server.identity.control.publicKey;
      const more = { ...claims, nats: { ...claims.nats, pub: {}, sub: {} } };
      const forged = {
        "no rights left in it": `${head}.${part(more)}.${sig}`,
        "another account named": `${head}.${part({ ...claims, iss: control })}.${sig}`,
        "an issuer's account named": `${head}.${part({ ...claims, nats: { ...claims.nats, issuer_account: control } })}.${sig}`,
        "no algorithm": `${part({ typ: "JWT", alg: "none" })}.${body}.`,
        "no signature": `${head}.${body}.`,
        "an account that nobody knows": userJwt({ name: "rift", publicKey: own.publicKey }, selfMade),
        "the control account, from one that nobody knows": userJwt(
          { name: "x", publicKey: own.publicKey, issuerAccount: control },
          selfMade,
        ),
        "the user's own key for the account's": userJwt(
          { name: "x", publicKey: own.publicKey },
          signingKeyOf(own.seed),
        ),
      };
      const path = join(await tempDir(t), "forged.creds");
      await assertIsolated(async () => {
        for (const [what, altered] of Object.entries(forged)) {
          const seed = what.startsWith("no ") || what.includes("named") ? await seedOf(roles.creds.rift) : own.seed;
          await writeFile(path, renderCreds({ jwt: altered, seed }));
          const client = await rawClient(t, server.port, path);
          assert.ok(client.isClosed(), what);
          assert.match(client.text(), /Authorization Violation|Authentication|-ERR/, what);
        }
        for (const own of [{ sig: "" }, { nkey: "" }]) {
          const client = await rawClient(t, server.port, undefined, { jwt, ...own });
          assert.ok(client.isClosed(), "a JWT without the key it is for");
        }
      });
    });

    test("a JWT of its account with another's imports, signed by the account itself, widens nothing", async (t) => {
      const { server, roles, assertIsolated } = check();
      const { account } = await server.node("wild");
      const own = createKey("user");
      const path = join(await tempDir(t), "wild.creds");
      const user = userJwt({ name: "wild", publicKey: own.publicKey }, signingKeyOf(account.seed));
      await writeFile(path, renderCreds({ jwt: user, seed: own.seed }), { mode: 0o600 });
      const before = await attackerWith(t, check(), path);
      const control = server.identity.control.publicKey;
      const jwt = tenantAccountJwt({ tenant: nodeTenant("vade"), account, control }, signingKeyOf(account.seed));
      await assertIsolated(async () => {
        const { nc: attacker } = await attackerWith(t, check(), roles.creds.rift);
        attacker.publish("$SYS.REQ.CLAIMS.UPDATE", jwt, { reply: "_INBOX_rift.claims" });
        await attacker.flush();
        // Even from who may push, the server stores it at most, and believes the operator alone.
        await pushAccount(server.settings(roles.creds.enroll), jwt).catch(() => undefined);
        before.nc.publish("$KV.mcp-observed.vade.web", "{}", { reply: `${before.inbox}.x` });
        before.nc.publish("mcp.v1.reply.vade.id", "{}");
        await before.nc.flush();
        const after = await rawClient(t, server.port, path);
        after.send(pub("$KV.mcp-observed.vade.web"));
        await after.settle();
      });
    });

    test("listening to what is another's hears nothing while all of it is said", async (t) => {
      const { server, roles, operator } = check();
      const heard: string[] = [];
      for (const creds of [roles.creds.rift, roles.accountOf.rift]) {
        const { nc: attacker } = await attackerWith(t, { server, received: heard }, creds);
        for (const subject of [
          ">",
          "*",
          "$KV.>",
          "$KV.mcp-desired.vade.>",
          "mcp.>",
          "mcp.v1.*.vade.>",
          "mcp.v1.agent.>",
        ]
          .concat([
            "mcp.v1.agent.vade.>",
            "mcp.v1.reply.>",
            "mcp.v1.event.>",
            "mcp.v1.wake.>",
            "mcp.v1.wake.vade.>",
            "$JS.>",
          ])
          .concat([
            "_INBOX.>",
            "_INBOX_vade.>",
            `${server.settings(roles.creds.operator).inboxPrefix}.>`,
            "_R_.>",
            "$SYS.>",
            "$O.>",
          ])) {
          const callback = (error: Error | null, message: { subject: string; string(): string }) => {
            if (error === null) heard.push(`${message.subject} ${message.string()}`);
          };
          attacker.subscribe(subject, { callback });
          attacker.subscribe(subject, { callback, queue: "mcp" });
        }
        await attacker.flush();
      }
      const answers: unknown[] = [];
      const asking = { nodes: ["vade"], idleMs: 3_000, signal: t.signal };
      for await (const reply of operator.ask({ verb: "logs", service: "SECRET", follow: false }, asking))
        answers.push(reply);
      assert.equal(answers.length, 1);
      const stored = await operator.readDesired("vade", "web");
      assert.ok(stored);
      const next = { ...stored.document, generation: stored.document.generation + 1, writeId: "SECRET" };
      const { proof: _, ...unsigned } = next;
      await operator.writeDesired(unsigned, stored.revision);
      await check().control.flush("settle");
      const leaks = heard.filter((text) => text.includes("SECRET") || text.includes("vade"));
      assert.deepEqual(leaks, []);
    });
  });

  describe(`the limits of a stolen key on nats-server ${version}`, () => {
    test("connections beyond the account's number are refused, and others still connect", async (t) => {
      const server = await startOperatorServer(t, { version });
      const [rift, vade] = [await server.node("rift"), await server.node("vade")];
      const flood: RawClient[] = [];
      for (let count = 0; count < NODE_LIMITS.connections + 4; count++) {
        flood.push(await rawClient(t, server.port, rift.creds));
      }
      await eventually(() => flood.filter((client) => client.isClosed()).length === 4, { what: "four are closed" });
      assert.match(flood.at(-1)?.text() ?? "", /maximum account active connections exceeded/i);
      assert.ok(!(await rawClient(t, server.port, vade.creds)).isClosed());
    });

    test("a message beyond the size, and subscriptions beyond the number, are refused", async (t) => {
      const server = await startOperatorServer(t, { version });
      const rift = await server.node("rift");
      const large = await rawClient(t, server.port, rift.creds);
      large.send(pub(OWN, "x".repeat(NODE_LIMITS.payloadBytes + 1)));
      await eventually(() => large.isClosed(), { what: "it is closed" });
      assert.match(large.text(), /Maximum Payload Violation/i);
      const many = await rawClient(t, server.port, rift.creds);
      const subs = Array.from({ length: NODE_LIMITS.subscriptions + 1 }, (_, id) => `SUB _INBOX_rift.${id} ${id}\r\n`);
      many.send(subs.join(""));
      await many.settle();
      assert.match(many.text(), /maximum subscriptions exceeded/i);
    });

    test("credentials from before a renewal are cut off and refused; new ones are let in", async (t) => {
      const server = await startOperatorServer(t, { version });
      const { account, creds } = await server.node("rift");
      const old = await rawClient(t, server.port, creds);
      const nowS = Math.floor(Date.now() / 1000);
      const facts = { tenant: nodeTenant("rift"), account, control: server.identity.control.publicKey };
      const signer = signingKeyOf(server.identity["operator-signing"].seed);
      await pushAccount(
        server.settings(server.enroll),
        tenantAccountJwt({ ...facts, revokedUntilS: nowS, issuedAtS: nowS + 1 }, signer),
      );
      await eventually(() => old.isClosed(), { what: "the old one is cut off" });
      assert.ok((await rawClient(t, server.port, creds)).isClosed());
      const renewed = join(await tempDir(t), "renewed.creds");
      await writeFile(renewed, tenantCreds({ ...facts, issuedAtS: nowS + 1 }), { mode: 0o600 });
      assert.ok(!(await rawClient(t, server.port, renewed)).isClosed());
    });

    test("a removed node's credentials are cut off and refused", async (t) => {
      const server = await startOperatorServer(t, { version });
      const admitted = await server.node("rift");
      const old = await rawClient(t, server.port, admitted.creds);
      await server.close("rift", admitted);
      await eventually(() => old.isClosed(), { what: "it is cut off" });
      assert.ok((await rawClient(t, server.port, admitted.creds)).isClosed());
    });
  });
}

async function seedOf(path: string): Promise<string> {
  return /\bSU[A-Z2-7]{56}\b/.exec(await readFile(path, "utf8"))?.[0] ?? "";
}
