/** Every row that is measured, in the order of the table. */
import type { Row } from "../row.ts";
import { agentApplyRow } from "./agent-apply.ts";
import { busRestartRow } from "./bus-restart.ts";
import { cliStartRow } from "./cli-start.ts";
import { deployRow } from "./deploy.ts";
import { driftEventRow } from "./drift-event.ts";
import { filesRow } from "./files.ts";
import { fleetPsRow } from "./fleet-ps.ts";
import { fleetSyncRow } from "./fleet-sync.ts";
import { idleAgentRow } from "./idle-agent.ts";
import { reconcilePassRow } from "./reconcile-pass.ts";

export const ROWS: readonly Row[] = [
  deployRow,
  agentApplyRow,
  fleetSyncRow,
  fleetPsRow,
  driftEventRow,
  filesRow,
  cliStartRow,
  idleAgentRow,
  reconcilePassRow,
  busRestartRow,
];
