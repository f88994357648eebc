/** The shape of what the commands on nodes print with `--json`: one document each. */

import type { NodeName, ServiceName } from "../../values/names.ts";
import type { NodeEnrollment } from "../wire/enrollment.ts";
import type { Presence } from "../wire/presence.ts";
import type { NodeFailure, NodeLiveness } from "./liveness-output.ts";
import type { ServiceStatus } from "./status-output.ts";

export interface ListedNode extends NodeLiveness {
  readonly presence?: Presence;
  readonly enrolled?: NodeEnrollment;
}

/** `mcp node list`. */
export interface NodeListOutput {
  readonly nodes: readonly ListedNode[];
}

/** `mcp node show`. */
export interface NodeShowOutput {
  readonly node: ListedNode;
  /** Of this node. */
  readonly services: readonly ServiceStatus[];
}

/** `mcp node add`. */
export interface NodeAddOutput {
  readonly node: NodeName;
  /**
   * enrolled: it has an account and credentials now · renewed: new credentials · created: recorded without an account ·
   * updated: other labels than before.
   */
  readonly result: "enrolled" | "renewed" | "created" | "updated" | "unchanged";
  readonly labels: Readonly<Record<string, string>>;
  /** The settings file that now has its address; absent when none was given. */
  readonly settings?: string;
  /** The file to carry over; absent where no credentials were made. */
  readonly bundle?: string;
  /** How the bundle has the node reach the bus. */
  readonly servers?: readonly string[];
  readonly domain?: string;
  /** The site whose leaf server carries the node, and needs the credentials that `mcp bus config` renders now. */
  readonly site?: string;
  /** Public key of the node's account; absent where it has none. */
  readonly account?: string;
  readonly incarnation?: string;
  /** Public key of the account that its record named and whose key is not here: closed, and replaced by another. */
  readonly replaced?: string;
}

/** `mcp node remove`. */
export interface NodeRemoveOutput {
  readonly node: NodeName;
  /** Services that stay desired there, with `--force`. */
  readonly desired: readonly ServiceName[];
  /** True when its account was closed; false for a node that had none. */
  readonly closed: boolean;
  /** The site whose leaf server carried it, and is rendered without it by `mcp bus config` now. */
  readonly site?: string;
}

/** An image that may go. */
export interface PrunedImage {
  readonly node: NodeName;
  readonly id: string;
  readonly references: readonly string[];
  /** Layers that others share are counted, and stay. */
  readonly sizeBytes: number;
}

/** An image that may not. */
export interface KeptImage extends PrunedImage {
  readonly reason: string;
}

/** `mcp node prune`. */
export interface NodePruneOutput {
  readonly dryRun: boolean;
  /** Removed, or with `--dry-run` what would be. */
  readonly removed: readonly PrunedImage[];
  readonly kept: readonly KeptImage[];
  readonly silent: readonly NodeLiveness[];
  /** Nodes that could not say what they have, or did not remove what they were asked to. */
  readonly failed: readonly NodeFailure[];
}
