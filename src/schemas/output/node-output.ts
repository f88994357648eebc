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
  /** Its services. */
  readonly services: readonly ServiceStatus[];
}

/** `mcp node add`. */
export interface NodeAddOutput {
  readonly node: NodeName;
  /**
   * enrolled: new account and credentials · renewed: new credentials · created: recorded without an account · updated: new
   * labels.
   */
  readonly result: "enrolled" | "renewed" | "created" | "updated" | "unchanged";
  readonly labels: Readonly<Record<string, string>>;
  /** The settings file with its address; absent if no address was given. */
  readonly settings?: string;
  /** The bundle file to copy; absent if no credentials were created. */
  readonly bundle?: string;
  /** The bus addresses in the bundle. */
  readonly servers?: readonly string[];
  readonly domain?: string;
  /** The site of the node. Its leaf server needs the credentials that `mcp bus config` renders. */
  readonly site?: string;
  /** Public key of the node's account; absent if it has none. */
  readonly account?: string;
  readonly incarnation?: string;
  /** Public key of its former account, whose key is missing here: it was closed and replaced. */
  readonly replaced?: string;
}

/** `mcp node remove`. */
export interface NodeRemoveOutput {
  readonly node: NodeName;
  /** Services whose desired state remains, with `--force`. */
  readonly desired: readonly ServiceName[];
  /** True if its account was closed; false for a node without an account. */
  readonly closed: boolean;
  /** The site of the node; `mcp bus config` renders its leaf server without the node now. */
  readonly site?: string;
}

/** An image to remove. */
export interface PrunedImage {
  readonly node: NodeName;
  readonly id: string;
  readonly references: readonly string[];
  /** Includes layers that other images share, which are not freed. */
  readonly sizeBytes: number;
}

/** An image to keep. */
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
  /** Nodes that could not list or remove images. */
  readonly failed: readonly NodeFailure[];
}
