/** Answers requests to this node: a table of handlers, one for each verb. */
import type { Replier, RequestHandler } from "../../bus/ports/node-bus.ts";
import type { AgentRequest, RequestBody, RequestVerb } from "../../schemas/wire/request.ts";
import { McpError } from "../../values/error.ts";
import { errorAnswer } from "../../values/no-room.ts";
import { serveAccepted } from "../desired/serve-accepted.ts";
import type { FileCall, FileService } from "../files/serve-files.ts";
import type { ExpectedExits } from "../reconcile/execute/expected-exits.ts";
import type { Reconciler } from "../reconcile/reconciler.ts";
import type { PresenceLoop } from "../reporting/presence.ts";
import type { MakeEvent } from "../state/events.ts";
import { createLeases, type Leases, type Reader } from "../state/leases.ts";
import type { ServiceCache } from "../state/service-cache.ts";
import { admitRequest } from "../trust/admit-request.ts";
import type { Trust } from "../trust/trust.ts";
import type { HealthChecks } from "../watch/health-checks.ts";
import { checkComponents } from "./check-components.ts";
import { findMovedImages } from "./moved-images.ts";
import { restartService } from "./restart-service.ts";
import { servePs, serveUsage } from "./serve-containers.ts";
import { serveDescribe } from "./serve-describe.ts";
import { removeImage, serveImages } from "./serve-images.ts";
import { type LogPorts, serveLogs } from "./serve-logs.ts";
import { type OrphanPorts, removeOrphan, serveOrphans } from "./serve-orphans.ts";

export interface RequestPorts extends LogPorts {
  readonly services: ServiceCache;
  readonly reconciler: Reconciler;
  readonly health: HealthChecks;
  readonly presence: PresenceLoop;
  readonly makeEvent: MakeEvent;
  readonly expectedExits: ExpectedExits;
  recordEvents: OrphanPorts["recordEvents"];
  /** Undefined: this agent transfers no files. */
  readonly files: FileService | undefined;
  /** Undefined: this agent requires no signatures. */
  readonly trust: Trust | undefined;
}

interface Call<V extends RequestVerb> extends Pick<Reader, "signer"> {
  readonly request: AgentRequest;
  readonly body: Extract<RequestBody, { verb: V }>;
  readonly replier: Replier;
  readonly signal: AbortSignal;
}

type Handlers = { readonly [V in RequestVerb]: (ports: RequestPorts, leases: Leases, call: Call<V>) => Promise<void> };

const HANDLERS: Handlers = {
  ping: async ({ presence }, _leases, { replier }) =>
    replier.send({ last: true, body: { verb: "ping", presence: await presence.current() } }),
  ps: (ports, _leases, { replier, signal }) => servePs(ports, replier, signal),
  usage: (ports, _leases, { replier, signal }) => serveUsage(ports, replier, signal),
  floor: ({ services }, _leases, { body, replier }) =>
    replier.send({ last: true, body: { verb: "floor", accepted: services.get(body.service)?.ref ?? null } }),
  accepted: ({ services }, _leases, { replier }) => serveAccepted(services, replier),
  describe: (ports, _leases, { body, replier, signal }) => serveDescribe(ports, { query: body, replier, signal }),
  orphans: (ports, _leases, { replier, signal }) => serveOrphans(ports, replier, signal),
  "remove-orphan": async (ports, _leases, { request, body, replier, signal }) => {
    await removeOrphan(ports, { ...body, author: request.author }, signal);
    await replier.send({ last: true, body: { verb: "done" } });
  },
  images: (ports, _leases, { replier, signal }) => serveImages(ports, replier, signal),
  "moved-images": async (ports, _leases, { body, replier, signal }) => {
    const moved = await findMovedImages(ports, body.service, signal);
    await replier.send({ last: true, body: { verb: "moved-images", moved } });
  },
  check: async ({ runtime }, _leases, { body, replier, signal }) => {
    const problems = await checkComponents(runtime, body.components, signal);
    await replier.send({ last: true, body: { verb: "check", problems } });
  },
  "remove-image": async (ports, _leases, { request, body, replier, signal }) => {
    await removeImage(ports, { ...body, author: request.author }, signal);
    await replier.send({ last: true, body: { verb: "done" } });
  },
  restart: async (ports, _leases, { request, body, replier, signal }) => {
    const restarted = await restartService(ports, { ...body, author: request.author }, signal);
    for (const reply of restarted) await replier.send({ last: false, body: { verb: "restart", ...reply } });
    await replier.send({ last: true, body: { verb: "done" } });
  },
  logs: async (ports, leases, { request, signer, body, replier, signal }) => {
    const lease = leases.open({ request: request.id, signer }, signal);
    try {
      await serveLogs(ports, { query: body, replier, signal: lease.signal });
      await replier.send({ last: true, body: { verb: "done" } });
    } finally {
      lease.close();
    }
  },
  push: ({ files }, leases, call) => underLease(leases, call, requireFiles(files).push),
  pull: ({ files }, leases, call) => underLease(leases, call, requireFiles(files).pull),
  commit: async ({ files }, _leases, { body }) => requireFiles(files).commit(body.transfer, body.sha256),
  files: async ({ files }, _leases, { body, replier }) => await requireFiles(files).list(body, replier),
  renew: async (_ports, leases, { body, signer }) => leases.renew({ request: body.request, signer }),
  cancel: async (_ports, leases, { body, signer }) => leases.cancel({ request: body.request, signer }),
};

function requireFiles(files: FileService | undefined): FileService {
  if (files !== undefined) return files;
  throw new McpError("E_UNSUPPORTED", "this agent transfers no files");
}

async function underLease<V extends "push" | "pull">(
  leases: Leases,
  { request, signer, body, replier, signal }: Call<V>,
  serve: (call: FileCall<Call<V>["body"]>) => Promise<void>,
): Promise<void> {
  const lease = leases.open({ request: request.id, signer }, signal);
  try {
    await serve({ request, order: body, replier, lease });
  } finally {
    lease.close();
  }
}

/** @returns the handler for the bus; an error that it throws becomes the last answer. */
export function createRequestHandler(ports: RequestPorts, signal: AbortSignal): RequestHandler {
  const leases = createLeases(ports.clock);
  return async (request, replier) => {
    const handle = HANDLERS[request.body.verb] as (
      p: RequestPorts,
      l: Leases,
      call: Call<RequestVerb>,
    ) => Promise<void>;
    try {
      const admission = await admitRequest(ports, request, signal);
      if ("error" in admission) return await replier.send({ last: true, error: admission.error });
      await handle(ports, leases, { request, ...admission, body: request.body, replier, signal });
    } catch (error) {
      if (signal.aborted) return;
      await replier.send({ last: true, error: errorAnswer(error) });
    }
  };
}
