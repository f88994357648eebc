/**
 * What enrolment makes on one machine and another machine takes in: one file, mode 0600, carried over once. It holds the
 * credentials, so whoever has it is the node or the operator that it names.
 */
import type { NodeName } from "../../values/names.ts";
import type { TrustSection } from "../settings/settings-file.ts";

/** How the machine reaches the bus. */
export interface BundleBus {
  readonly servers: readonly string[];
  readonly domain?: string;
  /** Certificates of the servers' authority, PEM; absent where the system's own will do. */
  readonly ca?: string;
}

/** Whose signatures count, as the settings files have it. */
export type BundleTrust = Required<Pick<TrustSection, "signers" | "exchange">>;

/** For `mcp-agent join`. */
export interface NodeBundle {
  readonly version: 1;
  readonly kind: "node";
  readonly node: NodeName;
  readonly bus: BundleBus;
  /** Text of the credentials file. Secret. */
  readonly creds: string;
  readonly trust: BundleTrust & { readonly incarnation: string };
}

/** For `mcp join`. */
export interface OperatorBundle {
  readonly version: 1;
  readonly kind: "operator";
  readonly name: string;
  readonly bus: BundleBus;
  /** Text of the credentials file. Secret. */
  readonly creds: string;
  readonly trust: BundleTrust;
}
