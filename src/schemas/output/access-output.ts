/** What the commands on operators and consumers of events print with `--json`. */
import type { OperatorRecord } from "../settings/identity-file.ts";

/** `mcp operator add`. */
export interface OperatorAddOutput {
  readonly operator: OperatorRecord;
  /** The bundle file to copy. */
  readonly bundle: string;
  /** Only of a renewal: what has changed. */
  readonly changes?: readonly OperatorChange[];
  /** This workstation's credentials file, if the new credentials were written there. */
  readonly installed?: string;
}

export interface OperatorChange {
  readonly what: "role" | "nodes" | "services" | "expires";
  readonly old: string;
  readonly new: string;
}

/** `mcp operator list`. */
export interface OperatorListOutput {
  readonly operators: readonly OperatorRecord[];
}

/** `mcp operator remove`. */
export interface OperatorRemoveOutput {
  readonly name: string;
  /** Public keys that are revoked. */
  readonly revoked: readonly string[];
}

/** `mcp consumer add`. */
export interface ConsumerAddOutput {
  readonly name: string;
  /** created: new account and credentials · renewed: new credentials · updated: new filters. */
  readonly result: "created" | "renewed" | "updated" | "unchanged";
  /** Subjects of events. */
  readonly filters: readonly string[];
  /** The credentials file; absent if none were created. */
  readonly creds?: string;
}

export interface ListedConsumer {
  readonly name: string;
  /** True for a viewer's position in the events; shown only with the identity directory. */
  readonly viewer?: true;
  readonly filters: readonly string[];
  /** Events that were not delivered yet. */
  readonly waiting: number;
  /** Events that were delivered and not acknowledged. */
  readonly unacknowledged: number;
  /** Time of the last acknowledgement; absent without one. */
  readonly lastActiveAt?: string;
}

/** `mcp consumer list`: every durable consumer of the event stream, including those of viewers. */
export interface ConsumerListOutput {
  readonly consumers: readonly ListedConsumer[];
}

/** `mcp consumer remove`. */
export interface ConsumerRemoveOutput {
  readonly name: string;
}

/** `mcp join`. */
export interface JoinOutput {
  readonly name: string;
  readonly servers: readonly string[];
  /** Every written file; the settings file is the last. */
  readonly files: readonly string[];
}
