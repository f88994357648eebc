/** A node moves files with the rights of its own bucket, and has none on another's or on what nodes share. */
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import { createUser } from "@nats-io/nkeys";
import { connect, nkeyAuthenticator } from "@nats-io/transport-node";
import { connectOperatorBus } from "../../src/bus/bus.ts";
import { provision } from "../../src/bus/provision.ts";
import { hasCode } from "../../src/schemas/error.ts";
import { nodeRights } from "../../src/schemas/rights.ts";
import { eventually } from "../helpers/eventually.ts";
import { startNatsServer } from "../helpers/nats-server.ts";
import type { Scope } from "../helpers/scope.ts";
import { tempDir } from "../helpers/temp-dir.ts";
import { nodeBus, settingsFor } from "./bus-fixtures.ts";

async function user(scope: Scope, rights?: object) {
  const pair = createUser();
  const seed = pair.getSeed();
  const creds = join(await tempDir(scope), "user.creds");
  const text = `-----BEGIN USER NKEY SEED-----\n${new TextDecoder().decode(seed)}\n------END USER NKEY SEED------\n`;
  await writeFile(creds, text, { mode: 0o600 });
  const permissions = rights === undefined ? "" : `, permissions: ${JSON.stringify(rights)}`;
  return { creds, seed, line: `{ nkey: ${pair.getPublicKey()}${permissions} }` };
}

async function* once(data: Uint8Array) {
  yield data;
}

async function gather(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of source) parts.push(part);
  return Buffer.concat(parts);
}

for (const version of ["newest", "2.10"] as const) {
  describe(`files on nats-server ${version}`, () => {
    test("move within a node's own rights, both ways", async (t) => {
      const [operator, node] = await Promise.all([user(t), user(t, nodeRights("rift"))]);
      const config = `authorization { users: [ ${operator.line}, ${node.line} ] }`;
      const server = await startNatsServer(t, { version, config });
      const settings = settingsFor(server, { creds: operator.creds });
      await provision(settings, { replicas: 1, create: true });
      const operators = await connectOperatorBus(settings, { author: "kyle@desk" });
      t.after(() => operators.close());
      await Promise.all(["rift", "vade"].map((name) => operators.files(name).ensure()));
      const bus = await nodeBus(t, server, "rift", { creds: node.creds, inboxPrefix: "_INBOX_rift" });
      const data = randomBytes(1_500_000);
      const sha256 = createHash("sha256").update(data).digest("hex");
      for (const [writer, reader] of [
        [operators.files("rift"), bus.files],
        [bus.files, operators.files("rift")],
      ] as const) {
        const object = { transfer: randomBytes(12).toString("hex"), size: data.length, description: "web/a" };
        const [written, read] = await Promise.all([
          writer.write(object, once(data), t.signal),
          gather(reader.read(object, t.signal)),
        ]);
        assert.equal(written, sha256);
        assert.ok(read.equals(data));
        await bus.files.discard(object.transfer);
      }
      await bus.files.clear();
    });

    test("of another node, and buckets that are shared, are refused", async (t) => {
      const [operator, node] = await Promise.all([user(t), user(t, nodeRights("rift"))]);
      const config = `authorization { users: [ ${operator.line}, ${node.line} ] }`;
      const server = await startNatsServer(t, { version, config });
      const settings = settingsFor(server, { creds: operator.creds });
      await provision(settings, { replicas: 1, create: true });
      const operators = await connectOperatorBus(settings, { author: "kyle@desk" });
      t.after(() => operators.close());
      await operators.files("vade").ensure();
      const named = await nodeBus(t, server, "vade", { creds: node.creds, inboxPrefix: "_INBOX_rift" });
      const object = { transfer: randomBytes(12).toString("hex"), size: 4, description: "web/a" };
      const refused = (error: unknown) => hasCode(error, "E_REFUSED");
      await assert.rejects(named.files.write(object, once(Buffer.from("evil")), t.signal), refused);
      await assert.rejects(gather(named.files.read(object, t.signal)), refused);
      await assert.rejects(named.files.clear(), refused);

      const authenticator = nkeyAuthenticator(node.seed);
      const nc = await connect({ servers: server.url, authenticator, inboxPrefix: "_INBOX_rift" });
      t.after(() => nc.close());
      const refusals: string[] = [];
      void (async () => {
        for await (const status of nc.status())
          if (status.type === "error") refusals.push(String(status.error.message));
      })();
      const tried = [
        "$JS.API.DIRECT.GET.KV_mcp-desired",
        "$JS.API.DIRECT.GET.OBJ_mcp-files-vade",
        "$JS.API.STREAM.PURGE.KV_mcp-desired",
        "$JS.API.STREAM.PURGE.OBJ_mcp-files-vade",
        "$JS.API.STREAM.DELETE.OBJ_mcp-files-rift",
        "$JS.API.STREAM.INFO.OBJ_mcp-files-rift",
        "$JS.API.CONSUMER.CREATE.OBJ_mcp-files-rift",
        "$O.mcp-files-vade.C.x",
      ];
      for (const subject of tried) nc.publish(subject, "{}", { reply: "_INBOX_rift.x" });
      await nc.flush();
      await eventually(() => refusals.length >= tried.length, { what: "every one is refused" });
    });
  });
}
