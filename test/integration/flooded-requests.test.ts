/**
 * An operator with a narrow scope floods a node with signed requests that are dated ahead, on a real bus and against a real
 * agent: however the node answers them, it answers everybody else as before.
 */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { Connection } from "../../src/bus/connection/connection.ts";
import { replyCodec, requestCodec } from "../../src/schemas/wire/codec.ts";
import type { AgentRequest } from "../../src/schemas/wire/request.ts";
import { repliesTo, requestSubject } from "../../src/schemas/wire/subjects.ts";
import { parseCreds } from "../../src/trust/creds-file.ts";
import { signRequest } from "../../src/trust/proof.ts";
import { eventually } from "../helpers/eventually.ts";
import type { Scope } from "../helpers/scope.ts";
import { tempDir } from "../helpers/temp-dir.ts";
import { signedSite } from "./signed-site.ts";

/** More than a node would remember of all its signers together. */
const FLOOD = 10_050;
/** A node accepts dates up to five minutes ahead of the clocks. */
const FLOODS: readonly (readonly [string, () => string, RegExp])[] = [
  ["for centuries ahead, which the node refuses", () => "9998-01-01T00:00:00.000Z", /ahead of/],
  [
    "as far ahead as the node accepts",
    () => new Date(Date.now() + 4 * 60_000).toISOString(),
    /db-main|sent before, or long ago/, // the second once the memory of this signer is full
  ],
];

/** @returns sends that many requests to restart `db-main`, and resolves with the answers to them */
async function flooder(scope: Scope & { readonly signal: AbortSignal }, site: Awaited<ReturnType<typeof signedSite>>) {
  const { server, admin, operator } = site;
  const kyle = await operator({ name: "kyle", services: ["db-*"] });
  const path = join(await tempDir(scope), "kyle.creds");
  await writeFile(path, kyle.creds, { mode: 0o600 });
  const connection = await Connection.connected(server.settings(path), () => undefined);
  scope.after(() => connection.close());
  const { boot } = (await admin.readPresence("rift"))?.value ?? assert.fail("rift is not online");
  const { jwt = "", key } = parseCreds(kyle.creds);
  const answers: string[] = [];
  const take = ({ data }: { readonly data: Uint8Array }) => {
    const { last, error } = replyCodec.decode(data);
    if (last) answers.push(error?.message ?? "done");
  };
  connection.subscribe(repliesTo("*"), take, scope.signal);
  const { nc } = connection.requireConnected("flood");
  return async (at: string): Promise<readonly string[]> => {
    for (let sent = 0; sent < FLOOD; sent++) {
      const facts = { version: 1, node: "rift", author: "kyle@desk", at, boot } as const;
      const request: AgentRequest = { ...facts, id: randomUUID(), body: { verb: "restart", service: "db-main" } };
      nc.publish(
        requestSubject("rift", "restart", request.id),
        requestCodec.encode(signRequest(request, { jwt, key })),
      );
      if (sent % 500 === 0) await nc.flush();
    }
    await eventually(() => answers.length === FLOOD, { what: "every request is answered", timeoutMs: 120_000 });
    return answers.slice(); // the answers to others come later
  };
}

describe("a flood of signed requests of an operator with a narrow scope", () => {
  for (const [dated, at, answer] of FLOODS) {
    it(`dated ${dated}, shuts nobody else out of restart and logs`, async (t) => {
      const site = await signedSite(t);
      const alice = await site.operator({ name: "alice" });
      const deployed = await alice.mcp("deploy", "web");
      assert.equal(deployed.code, 0, deployed.stderr);
      const answers = await (await flooder(t, site))(at());

      const restarted = await alice.mcp("restart", "web");
      assert.equal(restarted.code, 0, restarted.stderr);
      assert.equal(site.runtime.byName("web-api")?.starts, 2);
      const logs = await alice.mcp("logs", "web");
      assert.equal(logs.code, 0, logs.stderr);
      assert.deepEqual(
        [...new Set(answers)].filter((text) => !answer.test(text)),
        [],
      );
    });
  }
});
