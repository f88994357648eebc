/**
 * What a signed request needs, verb by verb. Those that only tell are answered to every operator who signs. Those that
 * act, or show what may be secret, need a role that commands, the service within its scope, and this run of the agent
 * named; so they can be neither kept for later nor asked of all nodes at once.
 */

import type { RequestBody, RequestVerb } from "../schemas/wire/request.ts";
import type { ServiceName } from "../values/names.ts";

/** What must be within the signer's scope, beside this node. */
export type RequestScope =
  | { readonly kind: "service"; readonly service: ServiceName }
  /** Whatever service this container belongs to. */
  | { readonly kind: "container"; readonly id: string }
  /** The service that this transfer is for. */
  | { readonly kind: "transfer"; readonly id: string }
  | { readonly kind: "all-services" }
  /** What only the one who asked for the stream may end or prolong. */
  | { readonly kind: "own-stream" };

/** `read-only`: any operator who signs, any number of times. */
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
  "remove-image": ofAll,
  renew: ofStream,
  cancel: ofStream,
};

/** What this request reaches; `read-only` when it only tells. */
export function scopeOfRequest(body: RequestBody): RequestScope | "read-only" {
  const rule = RULES[body.verb] as RequestRule<RequestVerb>;
  return rule === "read-only" ? rule : rule(body);
}
