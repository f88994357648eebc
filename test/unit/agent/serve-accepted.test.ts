import assert from "node:assert/strict";
import { it } from "node:test";
import { serveAccepted } from "../../../src/agent/desired/serve-accepted.ts";
import { EMPTY_MEMORY } from "../../../src/agent/store/store.ts";
import type { DesiredService } from "../../../src/schemas/service/desired.ts";
import { documentHash } from "../../../src/schemas/service/spec-hash.ts";
import { replyCodec } from "../../../src/schemas/wire/codec.ts";
import type { AgentReply } from "../../../src/schemas/wire/request.ts";
import { component, desired, service, tombstone } from "../../helpers/builders.ts";

/** What the bus carries at most in one message. */
const PAYLOAD_BYTES = 1024 * 1024;

async function served(documents: readonly DesiredService[]) {
  const rows = documents.map((document) => {
    const ref = { generation: document.generation, hash: documentHash(document) };
    return { service: document.service, document, ref, memory: EMPTY_MEMORY };
  });
  const replies: AgentReply[] = [];
  await serveAccepted(
    { all: () => rows },
    {
      send: async ({ body, last }) => {
        const reply = {
          version: 1,
          id: "r",
          node: "rift",
          sequence: replies.length,
          last,
          ...(body && { body }),
        } as const;
        assert.ok(replyCodec.encode(reply).length < PAYLOAD_BYTES);
        replies.push(replyCodec.decode(replyCodec.encode(reply)));
      },
    },
  );
  const offered = replies.flatMap(({ body }) => (body?.verb === "accepted" ? body.documents : []));
  return { lasts: replies.map(({ last }) => last), offered };
}

it("offers what was accepted, tombstones too, unchanged by the way", async () => {
  const documents = [desired({ message: "why" }), tombstone({ service: "old", generation: 9 })];
  const { lasts, offered } = await served(documents);
  assert.deepEqual(lasts, [true]);
  assert.equal(JSON.stringify(offered), JSON.stringify(documents));
});

it("takes several answers for what does not fit into one, and one for nothing", async () => {
  assert.deepEqual(await served([]), { lasts: [true], offered: [] });
  const env = { BIG: "x".repeat(200_000) };
  const documents = Array.from({ length: 9 }, (_, index) =>
    desired({ spec: service({ name: `s${index}`, components: [component({ env })] }) }),
  );
  const { lasts, offered } = await served(documents);
  assert.equal(lasts.length, 5);
  assert.equal(lasts.indexOf(true), 4);
  assert.deepEqual(offered, documents);
});
