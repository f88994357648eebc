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

/** `tells`: any operator who signs, any number of times. */
export type RequestRule<V extends RequestVerb> =
  | "tells"
  | ((body: Extract<RequestBody, { verb: V }>) => RequestScope | "tells");

const ofService = ({ service }: { readonly service: ServiceName }): RequestScope => ({ kind: "service", service });
const ofTransfer = ({ transfer }: { readonly transfer: string }): RequestScope => ({ kind: "transfer", id: transfer });
const ofStream = (): RequestScope => ({ kind: "own-stream" });
const ofAll = (): RequestScope => ({ kind: "all-services" });

const RULES: { readonly [V in RequestVerb]: RequestRule<V> } = {
  ping: "tells",
  ps: "tells",
  usage: "tells",
  floor: "tells",
  accepted: "tells",
  orphans: "tells",
  images: "tells",
  files: "tells",
  describe: ({ env }) => (env ? ofAll() : "tells"),
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

/** What this request reaches; `tells` when it only tells. */
export function scopeOfRequest(body: RequestBody): RequestScope | "tells" {
  const rule = RULES[body.verb] as RequestRule<RequestVerb>;
  return rule === "tells" ? rule : rule(body);
}
