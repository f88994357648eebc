/** Answers with every accepted document exactly as it was accepted, so that an operator can restore what the bus has lost. */
import type { Replier } from "../../bus/ports/node-bus.ts";
import type { DesiredService } from "../../schemas/service/desired.ts";
import type { ServiceCache } from "../state/service-cache.ts";

/** Bytes of documents in one answer: plus the largest document this stays below the bus's payload limit of 1 MiB. */
const ANSWER_BYTES = 512 * 1024;

/** Includes tombstones. The last answer is marked, and may be empty. */
export async function serveAccepted(services: Pick<ServiceCache, "all">, replier: Replier): Promise<void> {
  let documents: DesiredService[] = [];
  let bytes = 0;
  for (const { document } of services.all()) {
    const size = Buffer.byteLength(JSON.stringify(document));
    if (documents.length > 0 && bytes + size > ANSWER_BYTES) {
      await replier.send({ last: false, body: { verb: "accepted", documents } });
      documents = [];
      bytes = 0;
    }
    documents.push(document);
    bytes += size;
  }
  await replier.send({ last: true, body: { verb: "accepted", documents } });
}
