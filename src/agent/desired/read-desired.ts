/** Reads one desired document from the bus, with its hash; for an invalid document, the reason. */
import type { NodeBus } from "../../bus/ports/node-bus.ts";
import type { DesiredService } from "../../schemas/service/desired.ts";
import { documentHash } from "../../schemas/service/spec-hash.ts";
import { hasCode, McpError, messageOf } from "../../values/error.ts";
import type { ServiceName } from "../../values/names.ts";

type Read =
  | { readonly document: DesiredService; readonly hash: string }
  | { readonly document: undefined }
  | { readonly reason: string };

/** An invalid document is a result; a bus that does not answer is an error. */
export async function readDesired(bus: Pick<NodeBus, "readDesired">, service: ServiceName): Promise<Read> {
  try {
    const document = await bus.readDesired(service);
    return document === undefined ? { document } : { document, hash: hashed(document) };
  } catch (error) {
    if (!hasCode(error, "E_INVALID_MESSAGE")) throw error;
    return { reason: messageOf(error) };
  }
}

/** @throws McpError E_INVALID_MESSAGE for a document that is nested too deep to be hashed */
function hashed(document: DesiredService): string {
  try {
    return documentHash(document);
  } catch (cause) {
    throw new McpError("E_INVALID_MESSAGE", "desired state: nested too deep for a canonical form", { cause });
  }
}
