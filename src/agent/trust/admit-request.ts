/** Admits a request, or returns the error to answer. An agent that requires no signatures admits every request. */
import { LABEL } from "../../schemas/service/labels.ts";
import type { AgentRequest, ReplyError } from "../../schemas/wire/request.ts";
import type { ServiceName } from "../../values/names.ts";
import type { FileService } from "../files/serve-files.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { Trust } from "./trust.ts";

export interface AdmitPorts {
  readonly trust: Trust | undefined;
  readonly runtime: Pick<Runtime, "listIds">;
  readonly files: FileService | undefined;
}

/** `signer`: the same for all requests of one operator; undefined when signatures are not required. */
export type Admission = { readonly signer: string | undefined } | { readonly error: ReplyError };

const HINT =
  "see `mcp doctor` for the credentials in use; `[trust]` in the node's agent.toml lists the keys that it trusts";

/** @throws McpError as `Runtime.listIds` */
export async function admitRequest(ports: AdmitPorts, request: AgentRequest, signal: AbortSignal): Promise<Admission> {
  const { trust, runtime, files } = ports;
  if (trust === undefined) return { signer: undefined };
  const verdict = await trust.judgeRequest(request, async ({ kind, id }): Promise<ServiceName | undefined> => {
    if (kind === "transfer") return files?.serviceOfPush(id);
    if (!/^[0-9a-f]{64}$/.test(id)) return undefined;
    const found = (await runtime.listIds([id], signal)).find((container) => container.id === id);
    return found?.labels[LABEL.service];
  });
  if (verdict.kind === "admitted") return { signer: verdict.signer };
  const { verb } = request.body;
  if (verdict.kind === "refused") {
    return { error: { code: "E_REFUSED", message: `${verb}: ${verdict.reason}`, hint: HINT } };
  }
  const message = `${verb}: it changes something, so it must name this run of the agent`;
  return { error: { code: "E_REFUSED", message, boot: trust.boot } };
}
