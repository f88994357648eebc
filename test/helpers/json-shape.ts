/** Output of `--json`, checked against the documented schema (docs/schemas) and given its type. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type * as access from "../../src/schemas/output/access-output.ts";
import type * as adopt from "../../src/schemas/output/adopt-output.ts";
import type * as bus from "../../src/schemas/output/bus-output.ts";
import type * as change from "../../src/schemas/output/change-output.ts";
import type * as contexts from "../../src/schemas/output/context-output.ts";
import type * as doctor from "../../src/schemas/output/doctor-output.ts";
import type * as errors from "../../src/schemas/output/error-output.ts";
import type * as file from "../../src/schemas/output/file-output.ts";
import type * as history from "../../src/schemas/output/history-output.ts";
import type * as login from "../../src/schemas/output/login-output.ts";
import type * as node from "../../src/schemas/output/node-output.ts";
import type * as program from "../../src/schemas/output/program-output.ts";
import type * as ps from "../../src/schemas/output/ps-output.ts";
import type * as purge from "../../src/schemas/output/purge-output.ts";
import type * as reference from "../../src/schemas/output/reference-output.ts";
import type * as service from "../../src/schemas/output/service-output.ts";
import type * as status from "../../src/schemas/output/status-output.ts";
import type * as stream from "../../src/schemas/output/stream-output.ts";
import type * as sync from "../../src/schemas/output/sync-output.ts";
import type * as top from "../../src/schemas/output/top-output.ts";
import { schemaProblems } from "./json-schema.ts";

/** By the name of the file in docs/schemas. */
export interface JsonShapes {
  "error-output": errors.ErrorOutput;
  "dev-output": program.DevOutput;
  "list-output": status.ListOutput;
  "status-output": status.StatusOutput;
  "ps-output": ps.PsOutput;
  "events-output": stream.EventsOutput;
  "logs-output": stream.LogsOutput;
  "node-list-output": node.NodeListOutput;
  "service-show-output": service.ServiceShowOutput;
  "doctor-output": doctor.DoctorOutput;
  "bus-provision-output": bus.BusProvisionOutput;
  "bus-init-output": bus.BusInitOutput;
  "bus-config-output": bus.BusConfigOutput;
  "bus-push-output": bus.BusPushOutput;
  "login-output": login.LoginOutput;
  "logout-output": login.LogoutOutput;
  "whoami-output": login.WhoamiOutput;
  "bus-backup-output": bus.BusBackupOutput;
  "bus-restore-output": bus.BusRestoreOutput;
  "push-output": file.PushOutput;
  "pull-output": file.PullOutput;
  "plan-output": change.PlanOutput;
  "change-output": change.ChangeOutput;
  "adopt-output": adopt.AdoptOutput;
  "restart-output": change.RestartOutput;
  "conflict-details": change.ConflictDetails;
  "history-output": history.HistoryOutput;
  "service-export-output": service.ServiceExportOutput;
  "service-edit-output": service.ServiceEditOutput;
  "node-show-output": node.NodeShowOutput;
  "node-add-output": node.NodeAddOutput;
  "node-remove-output": node.NodeRemoveOutput;
  "node-prune-output": node.NodePruneOutput;
  "explain-output": reference.ExplainOutput;
  "init-output": reference.InitOutput;
  "context-list-output": contexts.ContextListOutput;
  "context-use-output": contexts.ContextUseOutput;
  "context-show-output": contexts.ContextShowOutput;
  "completion-output": program.CompletionOutput;
  "version-output": program.VersionOutput;
  "sync-output": sync.SyncOutput;
  "purge-output": purge.PurgeOutput;
  "operator-add-output": access.OperatorAddOutput;
  "operator-list-output": access.OperatorListOutput;
  "operator-remove-output": access.OperatorRemoveOutput;
  "consumer-add-output": access.ConsumerAddOutput;
  "consumer-list-output": access.ConsumerListOutput;
  "consumer-remove-output": access.ConsumerRemoveOutput;
  "join-output": access.JoinOutput;
  "top-output": top.TopOutput;
}

export type JsonShape = keyof JsonShapes;

/** Throws with every problem when `text` is not exactly what the schema documents. */
export function assertJson<Shape extends JsonShape>(shape: Shape, text: string): JsonShapes[Shape] {
  const path = fileURLToPath(new URL(`../../docs/schemas/${shape}.json`, import.meta.url));
  const value: unknown = JSON.parse(text);
  const problems = schemaProblems(value, JSON.parse(readFileSync(path, "utf8")));
  if (problems.length > 0) throw new Error(`not as docs/schemas/${shape}.json says:\n${problems.join("\n")}\n${text}`);
  return value as JsonShapes[Shape];
}

/** Each line of a stream by itself. */
export function assertJsonLines<Shape extends JsonShape>(shape: Shape, lines: readonly string[]): JsonShapes[Shape][] {
  return lines.map((line) => assertJson(shape, line));
}
