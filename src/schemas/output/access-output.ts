/** What the commands on operators and consumers of events print with `--json`. */
import type { OperatorRecord } from "../settings/identity-file.ts";

/** `mcp operator add`. */
export interface OperatorAddOutput {
  readonly operator: OperatorRecord;
  /** The file to carry over. */
  readonly bundle: string;
  /** Of a renewal: what is another than before; what is not named stayed. */
  readonly changes?: readonly OperatorChange[];
  /** This workstation's credentials file, where it has the new ones now. */
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
  /** created: it has an account and credentials now · renewed: new credentials · updated: other filters than before. */
  readonly result: "created" | "renewed" | "updated" | "unchanged";
  /** Subjects of events. */
  readonly filters: readonly string[];
  /** The credentials file; absent where none were made. */
  readonly creds?: string;
}

export interface ListedConsumer {
  readonly name: string;
  /** It is a viewer's place in the events; told where the identity directory is. */
  readonly viewer?: true;
  readonly filters: readonly string[];
  /** Events it has not been given yet. */
  readonly waiting: number;
  /** Events it was given and has not acknowledged. */
  readonly unacknowledged: number;
  /** When it last acknowledged something; absent when it never did. */
  readonly lastActiveAt?: string;
}

/** `mcp consumer list`: every durable consumer of the event stream, viewers' among them. */
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
  /** Every file that was written; the settings are the last. */
  readonly files: readonly string[];
}
