/**
 * The trust state of a node that requires signatures: its settings, the revocation list, when it last read
 * everything, and the requests of this run. A node without keys has no such state and trusts the bus.
 */
import type { NodeBus } from "../../bus/ports/node-bus.ts";
import type { DesiredService } from "../../schemas/service/desired.ts";
import type { AgentRequest } from "../../schemas/wire/request.ts";
import type { NodeName } from "../../values/names.ts";
import type { Clock } from "../state/clock.ts";
import type { MakeEvent } from "../state/events.ts";
import type { TrustSettings } from "../state/settings.ts";
import type { EventDraft, Store } from "../store/store.ts";
import { reasonToRefuse } from "./judge-document.ts";
import { judgeRequest, type RequestFacts, type RequestVerdict } from "./judge-request.ts";
import { openLastReading } from "./last-reading.ts";
import { openRevocations } from "./revocation-keeper.ts";
import { createSeenRequests } from "./seen-requests.ts";

export interface TrustPorts {
  readonly node: NodeName;
  readonly boot: string;
  readonly bus: NodeBus;
  readonly store: Store;
  readonly clock: Clock;
  readonly makeEvent: MakeEvent;
  recordEvents(...events: readonly EventDraft[]): Promise<void>;
  onError(error: unknown): void;
}

export interface Trust {
  /** The nonce of this run of the agent. */
  readonly boot: string;
  /** Reads the revocation list; await it before judging documents. Never rejects. */
  refresh(): Promise<void>;
  /** Why the document may not replace the accepted one; undefined when it may. @param latestMs as `latestClock` */
  reasonToRefuse(document: DesiredService, accepted: DesiredService | undefined, latestMs: number): string | undefined;
  /** Begins a reading of everything. @returns a function to call when it has ended and nothing was missing */
  beginReading(): Promise<() => Promise<void>>;
  judgeRequest(request: AgentRequest, serviceOf: RequestFacts["serviceOf"]): Promise<RequestVerdict>;
}

/** True when the settings contain a key, so that signatures are required. */
export function asksForProofs({ signers, exchange }: TrustSettings): boolean {
  return signers.length + exchange.length > 0;
}

/** @throws McpError E_STORE */
export async function openTrust(trust: TrustSettings, ports: TrustPorts): Promise<Trust> {
  const { node, boot, clock, bus } = ports;
  const serverTime = () => bus.serverTime();
  const revocations = await openRevocations({ ...ports, signers: trust.signers });
  const reading = await openLastReading(ports);
  const seen = createSeenRequests();
  const obeyed = () => ({ trust, revoked: revocations.revoked() });
  return {
    boot,
    refresh: revocations.refresh,
    reasonToRefuse: (document, accepted, latestMs) =>
      reasonToRefuse({ ...obeyed(), document, accepted, latestMs, lastReadMs: reading.lastMs() }),
    beginReading: reading.begin,
    judgeRequest: (request, serviceOf) =>
      judgeRequest(request, { ...obeyed(), node, boot, nowMs: clock.now(), serverTime, seen, serviceOf }),
  };
}
