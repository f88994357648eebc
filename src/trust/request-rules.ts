/**
 * The rights that a signed request needs, by verb. Every operator may send read-only requests. A request that changes
 * something, or may show secrets, needs a suitable role, the service in its scope, and the agent's boot nonce. So it cannot
 * be replayed later or sent to all nodes at once.
 */

import type { RequestBody, RequestVerb } from "../schemas/wire/request.ts";
import type { ServiceName } from "../values/names.ts";

/** What must be in the signer's scope, in addition to this node. */
export type RequestScope =
  | { readonly kind: "service"; readonly service: ServiceName }
  /** The service of this container. */
  | { readonly kind: "container"; readonly id: string }
  /** The service that this transfer is for. */
  | { readonly kind: "transfer"; readonly id: string }
  | { readonly kind: "all-services" }
  /** A stream that only the operator who requested it may end or renew. */
  | { readonly kind: "own-stream" };

/** `read-only`: every operator, any number of times. */
export type RequestRule<V extends RequestVerb> =
  | "read-only"
  | ((body: Extract<RequestBody, { verb: V }>) => RequestScope | "read-only");

const ofService = ({ service }: { readonly service: ServiceName }): RequestScope => ({ kind: "service", service });
const ofTransfer = ({ transfer }: { readonly transfer: string }): RequestScope => ({ kind: "transfer", id: transfer });
const ofStream = (): RequestScope => ({ kind: "own-stream" });
const ofAll = (): RequestScope => ({ kind: "all-services" });

const RULES: { readonly [V in RequestVerb]: RequestRule<V> } = {
  ping: "read-only",
  ps: "read-only",
  usage: "read-only",
  floor: "read-only",
  accepted: "read-only",
  orphans: "read-only",
  images: "read-only",
  files: "read-only",
  describe: ({ env }) => (env ? ofAll() : "read-only"),
  restart: ofService,
  logs: ofService,
  push: ofService,
  pull: ofService,
  commit: ofTransfer,
  "remove-orphan": ({ containerId }) => ({ kind: "container", id: containerId }),
  "moved-images": ofService,
  // It shows which paths and ports of the node are in use: only to those who may put a container there anyway.
  check: ofService,
  "remove-image": ofAll,
  renew: ofStream,
  cancel: ofStream,
};

/** False for the verbs of later versions. */
export const isRequestVerb = (verb: string): verb is RequestVerb => Object.hasOwn(RULES, verb);

/** The scope that this request needs; `read-only` if it needs none. */
export function scopeOfRequest(body: RequestBody): RequestScope | "read-only" {
  const rule = RULES[body.verb] as RequestRule<RequestVerb>;
  return rule === "read-only" ? rule : rule(body);
}
