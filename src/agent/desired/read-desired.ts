/** Reads one desired document from the bus, with its hash; for an invalid document, the reason. */
import type { NodeBus } from "../../bus/ports/node-bus.ts";
import type { DesiredService } from "../../schemas/service/desired.ts";
import { documentHash } from "../../schemas/service/spec-hash.ts";
import { hasCode, messageOf } from "../../values/error.ts";
import type { ServiceName } from "../../values/names.ts";

type Read =
  | { readonly document: DesiredService; readonly hash: string }
  | { readonly document: undefined }
  | { readonly reason: string };

/** An invalid document is a result; a bus that does not answer is an error. */
export async function readDesired(bus: Pick<NodeBus, "readDesired">, service: ServiceName): Promise<Read> {
  try {
    const document = await bus.readDesired(service);
    return document === undefined ? { document } : { document, hash: documentHash(document) };
  } catch (error) {
    if (!hasCode(error, "E_INVALID_MESSAGE")) throw error;
    return { reason: messageOf(error) };
  }
}
