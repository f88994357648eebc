/** Describes containers of the node to an operator who wants to adopt them. Includes values of env only on request. */
import type { Replier } from "../../bus/ports/node-bus.ts";
import { containerInWords, withoutContainerFields } from "../../schemas/container/rows.ts";
import { LABEL } from "../../schemas/service/labels.ts";
import type { DescribedContainer } from "../../schemas/wire/live-container.ts";
import type { RequestBody } from "../../schemas/wire/request.ts";
import type { NodeName } from "../../values/names.ts";
import { present } from "../../values/present.ts";
import type { Runtime, RuntimeDescription } from "../runtime/runtime.ts";

export interface DescribePorts {
  readonly node: NodeName;
  readonly runtime: Pick<Runtime, "describe">;
}

type Query = Extract<RequestBody, { verb: "describe" }>;

/** One answer for each container: together they may exceed the limit of a message. */
export async function serveDescribe(
  { node, runtime }: DescribePorts,
  { query, replier, signal }: { readonly query: Query; readonly replier: Replier; readonly signal: AbortSignal },
): Promise<void> {
  for (const id of query.ids) {
    const found = await runtime.describe(id, signal);
    if (found === undefined) continue;
    const container = described(node, (query.documents ?? 1) < 2 ? asVersion1(found) : found, query.env);
    await replier.send({ last: false, body: { verb: "describe", container } });
  }
  await replier.send({ last: true, body: { verb: "done" } });
}

/** An older `mcp` would write the new keys into a document, but not into the definition: for it they cannot be said. */
function asVersion1(found: RuntimeDescription): RuntimeDescription {
  const lost = Object.entries(containerInWords(found.spec)).map(([field, value]) => ({ field, value: String(value) }));
  return { ...found, spec: withoutContainerFields(found.spec), unsaid: [...found.unsaid, ...lost] };
}

function described(node: NodeName, { labels, ...found }: RuntimeDescription, withValues: boolean): DescribedContainer {
  const { spec, refusal, ...rest } = found;
  const owner = labels[LABEL.node];
  const foreign = owner === undefined || owner === node ? undefined : `it was made for the node "${owner}"`;
  const env = Object.fromEntries(Object.entries(spec.env).map(([key, value]) => [key, withValues ? value : ""]));
  return { ...rest, spec: { ...spec, env }, ...present({ refusal: foreign ?? refusal }) };
}
