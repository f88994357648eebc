/** The shape of what the commands on definitions print with `--json`: one document each. */

import type { NodeName, ServiceName } from "../../values/names.ts";
import type { DesiredService } from "../service/desired.ts";
import type { NodePlan } from "./change-output.ts";
import type { DocumentSignature } from "./history-output.ts";

/** `mcp service show`: the stored documents of a service, one for each node. Values of `env` are `***` without `--reveal`. */
export interface ServiceShowOutput {
  readonly documents: readonly DesiredService[];
  /** The signature of each stored document. It cannot be verified against a document with hidden values. */
  readonly signatures: readonly DocumentSignature[];
}

/** `mcp service export`. */
export interface ServiceExportOutput {
  readonly service: ServiceName;
  /** The file that was written. */
  readonly path: string;
  /** Its nodes, and the generation of each. */
  readonly nodes: readonly { readonly node: NodeName; readonly generation: number }[];
  /** True if only its owner may read it, because it contains values of env. */
  readonly private: boolean;
}

/** `mcp service edit`. */
export interface ServiceEditOutput {
  readonly service: ServiceName;
  readonly path: string;
  /** False if the text was not changed, or dropped. */
  readonly changed: boolean;
  /** What `mcp deploy` would change now; absent if nothing was saved or the bus is unreachable. */
  readonly plans?: readonly NodePlan[];
}
