/** The shape of what `mcp history` prints with `--json`: one document. */

import type { NodeName, ServiceName } from "../../values/names.ts";
import type { FieldDifference } from "../service/drift.ts";

/** Whether an operator signed it, and which key issued the operator's JWT: one under `[trust]` in mcp.toml, or an unknown one. */
export type DocumentSignature =
  | { readonly state: "unsigned" }
  | {
      readonly state: "signed";
      readonly name: string;
      readonly role: string;
      readonly issuer: "break-glass" | "login exchange" | "unknown issuer";
    }
  /** It was changed afterwards, or the proof is not valid. */
  | { readonly state: "bad"; readonly reason: string };

/** One generation. */
export interface HistoryEntry {
  readonly generation: number;
  readonly at: string;
  readonly author: string;
  readonly signature: DocumentSignature;
  /** The command that wrote it. */
  readonly command: string;
  readonly message?: string;
  /** True for a tombstone: the service was undeployed. */
  readonly retired: boolean;
  /** True if it was written with `--force`: over state that its author had not seen, or after the bus had lost newer state. */
  readonly forced: boolean;
  /** Compared with the generation before; absent if that one is no longer kept. */
  readonly differences?: readonly FieldDifference[];
}

/** One service on one node. */
export interface ServiceHistory {
  readonly service: ServiceName;
  readonly node: NodeName;
  /** Newest first; the bus keeps the last 32. */
  readonly entries: readonly HistoryEntry[];
}

/** `mcp history`. */
export interface HistoryOutput {
  readonly histories: readonly ServiceHistory[];
}
