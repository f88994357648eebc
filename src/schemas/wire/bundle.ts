/**
 * A bundle: the file (mode 0600) that enrollment creates on one machine and that `join` reads on another. It holds
 * credentials: anybody who has the file can act as the node or operator that it names.
 */
import type { NodeName } from "../../values/names.ts";
import type { TrustSection } from "../settings/settings-file.ts";

/** How the machine reaches the bus. */
export interface BundleBus {
  readonly servers: readonly string[];
  readonly domain?: string;
  /** Certificates of the servers' authority, PEM; absent if those of the system are used. */
  readonly ca?: string;
}

/** The keys whose signatures are accepted, as in the settings files. */
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
