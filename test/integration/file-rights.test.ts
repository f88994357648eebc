/** A node moves files with the rights of its own bucket, and has none on another's or on what nodes share. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { describe, test } from "node:test";
import { connect, nkeyAuthenticator } from "@nats-io/transport-node";
import { hasCode } from "../../src/values/error.ts";
import { gather, once } from "../helpers/byte-streams.ts";
import { eventually } from "../helpers/eventually.ts";
import { nodeBus } from "./bus-fixtures.ts";
import { moveBothWays } from "./file-fixtures.ts";
import { ruledServer } from "./ruled-server.ts";

for (const version of ["newest", "2.10"] as const) {
  describe(`files on nats-server ${version}`, () => {
    test("move within a node's own rights, both ways", async (t) => {
      const { server, operators, own } = await ruledServer(t, { version });
      await Promise.all(["rift", "vade"].map((name) => operators.files(name).ensure()));
      const bus = await nodeBus(t, server, "rift", own);
      await moveBothWays(operators.files("rift"), bus.files, t.signal);
      await bus.files.clear();
    });

    test("of another node, and buckets that are shared, are refused", async (t) => {
      const { server, operators, seed, own } = await ruledServer(t, { version });
      await operators.files("vade").ensure();
      const named = await nodeBus(t, server, "vade", own);
      const object = { transfer: randomBytes(12).toString("hex"), size: 4, description: "web/a" };
      const refused = (error: unknown) => hasCode(error, "E_REFUSED");
      await assert.rejects(named.files.write(object, once(Buffer.from("evil")), t.signal), refused);
      await assert.rejects(gather(named.files.read(object, t.signal)), refused);
      await assert.rejects(named.files.clear(), refused);

      const authenticator = nkeyAuthenticator(seed);
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
