/** Every row that is measured, in the order of the table. */
import type { Row } from "../row.ts";
import { agentApplyRow } from "./agent-apply.ts";
import { cliStartRow } from "./cli-start.ts";
import { deployRow } from "./deploy.ts";
import { driftEventRow } from "./drift-event.ts";
import { filesRow } from "./files.ts";
import { idleAgentRow } from "./idle-agent.ts";

export const ROWS: readonly Row[] = [deployRow, agentApplyRow, driftEventRow, filesRow, cliStartRow, idleAgentRow];
