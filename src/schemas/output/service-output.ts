/** The shape of what the commands on definitions print with `--json`: one document each, as stable as json-output.ts. */

import type { NodeName, ServiceName } from "../../values/names.ts";
import type { NodePlan } from "./change-output.ts";

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
