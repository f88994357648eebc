/** Every list of mutants. */
import { ACCEPT } from "./accept.ts";
import { BUS } from "./bus.ts";
import { CHANGE } from "./change.ts";
import { DISK } from "./disk.ts";
import { FILES } from "./files.ts";
import { type ListedMutant, listed } from "./mutant.ts";
import { OUTBOX } from "./outbox.ts";
import { PORTS } from "./ports.ts";
import { RECONCILE } from "./reconcile.ts";
import { RECORD } from "./record.ts";
import { REDACTION } from "./redaction.ts";
import { STATE } from "./state.ts";
import { STORE } from "./store.ts";
import { SYNC } from "./sync.ts";
import { TRUST } from "./trust.ts";

export const MUTANTS: readonly ListedMutant[] = listed([
  ACCEPT,
  BUS,
  CHANGE,
  DISK,
  FILES,
  OUTBOX,
  PORTS,
  RECONCILE,
  RECORD,
  REDACTION,
  STATE,
  STORE,
  SYNC,
  TRUST,
]);
