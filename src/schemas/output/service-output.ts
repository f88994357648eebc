/** The shape of what the commands on definitions print with `--json`: one document each. */

import type { NodeName, ServiceName } from "../../values/names.ts";
import type { DesiredService } from "../service/desired.ts";
import type { NodePlan } from "./change-output.ts";
import type { DocumentSignature } from "./history-output.ts";

/** `mcp service show`: the stored documents of a service, one a node. Values of `env` are `***` without `--reveal`. */
export interface ServiceShowOutput {
  readonly documents: readonly DesiredService[];
  /** Of each stored document; with hidden values of env it cannot be checked any longer. */
  readonly signatures: readonly DocumentSignature[];
}

/** `mcp service export`. */
export interface ServiceExportOutput {
  readonly service: ServiceName;
  /** The file that was written. */
  readonly path: string;
  /** The nodes it names, and the generation that each has. */
  readonly nodes: readonly { readonly node: NodeName; readonly generation: number }[];
  /** True when only its owner may read it, since it holds values of env. */
  readonly private: boolean;
}

/** `mcp service edit`. */
export interface ServiceEditOutput {
  readonly service: ServiceName;
  readonly path: string;
  /** False when the text was left as it was, or dropped. */
  readonly changed: boolean;
  /** What `mcp deploy` would change now; absent when nothing was saved or the bus could not be asked. */
  readonly plans?: readonly NodePlan[];
}
