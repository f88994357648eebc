/** What one can do with subjects of the bus, and which roles may; parts of bus-capabilities.ts share it. */
import { bucketStream, keySubject } from "../../src/schemas/wire/buckets.ts";
import type { RoleName } from "./bus-roles.ts";

export interface Capability {
  readonly what: string;
  /** Literal; for listening, a queue group may follow a space. */
  readonly subjects: readonly string[];
  /** Who reaches the control plane by publishing there; nobody, unless given. */
  readonly publish?: readonly RoleName[];
  /** Who hears there what the control plane publishes; nobody, unless given. */
  readonly subscribe?: readonly RoleName[];
  /** The server itself lets every account publish there; only a user's rights forbid it. */
  readonly isImportedByAll?: boolean;
}

export const OPERATORS = ["operator", "admin"] as const;
export const api = (call: string) => `$JS.API.${call}`;
/** The direct get of one key by its subject. */
export const keyGet = (bucket: string, key: string) =>
  api(`DIRECT.GET.${bucketStream(bucket)}.${keySubject(bucket, key)}`);
