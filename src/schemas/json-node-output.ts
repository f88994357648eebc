/** The shape of what the commands on nodes print with `--json`: one document each, as stable as json-output.ts. */
import type { ListedNode, ServiceStatus } from "./json-output.ts";
import type { NodeName, ServiceName } from "./names.ts";

/** `mcp node show`. */
export interface NodeShowOutput {
  readonly node: ListedNode;
  /** Of this node. */
  readonly services: readonly ServiceStatus[];
}

/** `mcp node add`. */
export interface NodeAddOutput {
  readonly node: NodeName;
  /** created: it was not recorded before · updated: other labels than before. */
  readonly result: "created" | "updated" | "unchanged";
  readonly labels: Readonly<Record<string, string>>;
  /** The settings file that now has its address; absent when none was given. */
  readonly settings?: string;
}

/** `mcp node remove`. */
export interface NodeRemoveOutput {
  readonly node: NodeName;
  /** Services that stay desired there, with `--force`. */
  readonly desired: readonly ServiceName[];
}
