/**
 * Requests to agents and their answers. A request names no reply subject: its answers go to the fixed reply subject of
 * subjects.ts, because only fixed subjects cross account boundaries. There may be several; the last one is marked.
 */

import type { ComponentName, NodeName, ServiceName } from "../../values/names.ts";
import type { DesiredService, StateRef } from "../service/desired.ts";
import type { ContainerState } from "../service/observed.ts";
import type { Proof } from "../service/proof.ts";
import type { ComponentSpec } from "../service/spec.ts";
import type {
  DescribedContainer,
  LiveContainer,
  MachineUsage,
  NodeImage,
  OrphanContainer,
  UsedContainer,
} from "./live-container.ts";
import type { Presence } from "./presence.ts";

/** The most last lines of one component that a request may ask for: podman 4.3 takes quadratic time to find them. */
export const LOG_LINES_MAX = 10_000;

export interface LogsQuery {
  readonly verb: "logs";
  readonly service: ServiceName;
  readonly component?: ComponentName;
  readonly follow: boolean;
  /** Last lines of each component, at most LOG_LINES_MAX; absent means all. */
  readonly tail?: number;
  /** Unix milliseconds. */
  readonly sinceMs?: number;
}

/** Ids of user and group as seen inside a container of the node. */
export interface FileOwner {
  readonly uid: number;
  readonly gid: number;
}

/**
 * A file for the node. The node answers when it is ready for the chunks, which come through its file bucket. It moves the file
 * to its path after the `commit`. A repeated request with the same `transfer` continues it (file-transfer.ts).
 */
export interface PushOrder {
  readonly verb: "push";
  readonly transfer: string;
  readonly service: ServiceName;
  /** Below the service's directory (file-path.ts). */
  readonly path: string;
  readonly size: number;
  /** Permission bits. */
  readonly mode: number;
  readonly owner?: FileOwner;
  /** Set if the node was ready before: an agent that does not know the transfer then answers E_NOT_FOUND. */
  readonly resume?: true;
}

/** Asks for a file of the node: it answers with the file's facts, sends the chunks, and ends with their digest. */
export interface PullOrder {
  readonly verb: "pull";
  readonly transfer: string;
  readonly service: ServiceName;
  readonly path: string;
  /** As in a push. */
  readonly resume?: true;
}

export type RequestBody =
  | { readonly verb: "ping" }
  | { readonly verb: "ps" }
  /** As `ps`, and what each container uses. */
  | { readonly verb: "usage" }
  | { readonly verb: "floor"; readonly service: ServiceName }
  /** Asks for every document that the node accepted, to put back what the bus has lost. */
  | { readonly verb: "accepted" }
  /** Describes these containers as specs; values of env only with `env`, else they are empty. */
  | {
      readonly verb: "describe";
      readonly ids: readonly string[];
      readonly env: boolean;
      /** The version of desired documents that the operator can write; absent in 0.2 and before, which write 1. */
      readonly documents?: number;
    }
  | { readonly verb: "restart"; readonly service: ServiceName; readonly component?: ComponentName }
  | LogsQuery
  | PushOrder
  /** Ends a push with the digest of what was sent. Without it the file does not get to its path. */
  | { readonly verb: "commit"; readonly transfer: string; readonly sha256: string }
  | PullOrder
  /** The regular files in a directory of a service and below it, or the one file that `path` names. */
  | { readonly verb: "files"; readonly service: ServiceName; readonly path: string }
  | { readonly verb: "orphans" }
  /**
   * Removes a container if it is still an orphan; never its volumes. `state` is what the operator saw: the request is refused
   * if the state is another one now, and for a running container unless it was seen running.
   */
  | { readonly verb: "remove-orphan"; readonly containerId: string; readonly state: ContainerState }
  | { readonly verb: "images" }
  /** Pulls the images of the service's components with `pull = "always"` and answers which of them are others now. 0.1 agents do not know it. */
  | { readonly verb: "moved-images"; readonly service: ServiceName }
  /** Asks what the node has against such components; values of env are empty. 0.1 agents do not know it. */
  | { readonly verb: "check"; readonly service: ServiceName; readonly components: readonly ComponentSpec[] }
  /** Removes an image that still has these references and that no container and no accepted state needs. */
  | { readonly verb: "remove-image"; readonly id: string; readonly references: readonly string[] }
  /** Keeps a following request alive; without it the agent stops after REQUEST_LEASE_MS. */
  | { readonly verb: "renew"; readonly request: string }
  | { readonly verb: "cancel"; readonly request: string };

export type RequestVerb = RequestBody["verb"];

/** A stream of answers ends if its reader does not renew it for this long. */
export const REQUEST_LEASE_MS = 15_000;

export interface AgentRequest {
  readonly version: 1;
  readonly id: string;
  /** Absent in a request to every node. */
  readonly node?: NodeName;
  readonly author: string;
  readonly at: string;
  /** The agent's boot nonce (Presence.boot): such a request is valid only for this run of the agent. */
  readonly boot?: string;
  readonly body: RequestBody;
  /** Absent if nodes do not require it. */
  readonly proof?: Proof;
}

/** A component whose image reference names another image now than the one that its container was made from. */
export interface MovedImage {
  readonly component: ComponentName;
  readonly image: string;
  /** Ids of the container's image and of the new one. */
  readonly have: string;
  readonly want: string;
}

/** Why a node could not create or start a component's container. */
export interface ComponentProblem {
  readonly component: ComponentName;
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

export interface LogLine {
  readonly component: ComponentName;
  readonly stream: "stdout" | "stderr";
  /** RFC 3339 with the runtime's precision; absent when the runtime gave none. */
  readonly at?: string;
  readonly line: string;
}

export interface FileFacts {
  /** Below the service's directory. */
  readonly path: string;
  readonly size: number;
  /** Permission bits. */
  readonly mode: number;
}

/** A file that is at its path. */
export interface StoredFile extends FileFacts {
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  /** True when there was a file of this name before. */
  readonly replaced: boolean;
}

export type ReplyBody =
  | { readonly verb: "ping"; readonly presence: Presence }
  | { readonly verb: "ps"; readonly containers: readonly LiveContainer[] }
  | { readonly verb: "orphans"; readonly containers: readonly OrphanContainer[] }
  | { readonly verb: "images"; readonly images: readonly NodeImage[] }
  | { readonly verb: "moved-images"; readonly moved: readonly MovedImage[] }
  | { readonly verb: "check"; readonly problems: readonly ComponentProblem[] }
  /** The machine in every answer, the containers spread over them. */
  | { readonly verb: "usage"; readonly machine: MachineUsage; readonly containers: readonly UsedContainer[] }
  | { readonly verb: "floor"; readonly accepted: StateRef | null }
  /** Exactly as accepted; many are spread over several answers. */
  | { readonly verb: "accepted"; readonly documents: readonly DesiredService[] }
  /** One answer for each container that is there. */
  | { readonly verb: "describe"; readonly container: DescribedContainer }
  | { readonly verb: "restart"; readonly component: ComponentName; readonly containerId: string }
  | { readonly verb: "logs"; readonly lines: readonly LogLine[] }
  /** Bytes that arrived so far; `stored` in the last one. */
  | { readonly verb: "push"; readonly received: number; readonly stored?: StoredFile }
  /** `sha256` in the last one, when all was sent; `grown` with it if the file is longer now. */
  | { readonly verb: "pull"; readonly file: FileFacts; readonly sha256?: string; readonly grown?: true }
  /** Sorted by path; `skipped` is not a file or directory, or has an invalid name. */
  | { readonly verb: "files"; readonly files: readonly FileFacts[]; readonly skipped: readonly string[] }
  | { readonly verb: "done" };

export interface ReplyError {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  /** The agent's boot nonce, if the request must name it and did not: ask again with it. */
  readonly boot?: string;
}

export interface AgentReply {
  readonly version: 1;
  readonly id: string;
  readonly node: NodeName;
  /** From 0, without gaps. */
  readonly sequence: number;
  readonly last: boolean;
  readonly body?: ReplyBody;
  readonly error?: ReplyError;
}
