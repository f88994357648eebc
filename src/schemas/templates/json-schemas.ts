/**
 * What outsiders read and write: one line a type, and `npm run generate` writes it as JSON Schema to
 * docs/schemas/<name-in-kebab-case>.json. Definitions and settings are TOML, but their shape is the same.
 */
import typia from "typia";
import type { AuthSettingsFile } from "../auth-settings-file.ts";
import type { ServiceDefinition } from "../definition.ts";
import type { DesiredService, NodeIndex } from "../desired.ts";
import type { McpEvent } from "../event.ts";
import type * as adopt from "../json-adopt-output.ts";
import type * as alert from "../json-alert-output.ts";
import type * as bus from "../json-bus-output.ts";
import type * as change from "../json-change-output.ts";
import type * as file from "../json-file-output.ts";
import type * as history from "../json-history-output.ts";
import type * as node from "../json-node-output.ts";
import type * as output from "../json-output.ts";
import type * as purge from "../json-purge-output.ts";
import type * as service from "../json-service-output.ts";
import type * as sync from "../json-sync-output.ts";
import type * as top from "../json-top-output.ts";
import type { LoginAnswer, LoginRequest, SealedMessage } from "../login.ts";
import type { ObservedService } from "../observed.ts";
import type { NodeRecord, Presence } from "../presence.ts";
import type { RevocationList } from "../proof.ts";
import type { AgentReply, AgentRequest } from "../request.ts";
import type { AgentSettingsFile, CliSettingsFile } from "../settings-file.ts";

export const serviceDefinition = typia.json.schemas<[ServiceDefinition], "3.1">();
export const cliSettings = typia.json.schemas<[CliSettingsFile], "3.1">();
export const agentSettings = typia.json.schemas<[AgentSettingsFile], "3.1">();
export const authSettings = typia.json.schemas<[AuthSettingsFile], "3.1">();

export const desiredService = typia.json.schemas<[DesiredService], "3.1">();
export const nodeIndex = typia.json.schemas<[NodeIndex], "3.1">();
export const observedService = typia.json.schemas<[ObservedService], "3.1">();
export const presence = typia.json.schemas<[Presence], "3.1">();
export const nodeRecord = typia.json.schemas<[NodeRecord], "3.1">();
export const event = typia.json.schemas<[McpEvent], "3.1">();
export const agentRequest = typia.json.schemas<[AgentRequest], "3.1">();
export const revocationList = typia.json.schemas<[RevocationList], "3.1">();
export const agentReply = typia.json.schemas<[AgentReply], "3.1">();
export const sealedMessage = typia.json.schemas<[SealedMessage], "3.1">();
export const loginRequest = typia.json.schemas<[LoginRequest], "3.1">();
export const loginAnswer = typia.json.schemas<[LoginAnswer], "3.1">();

export const errorOutput = typia.json.schemas<[output.ErrorOutput], "3.1">();
export const listOutput = typia.json.schemas<[output.ListOutput], "3.1">();
export const statusOutput = typia.json.schemas<[output.StatusOutput], "3.1">();
export const psOutput = typia.json.schemas<[output.PsOutput], "3.1">();
export const topOutput = typia.json.schemas<[top.TopOutput], "3.1">();
export const eventsOutput = typia.json.schemas<[output.EventsOutput], "3.1">();
export const logsOutput = typia.json.schemas<[output.LogsOutput], "3.1">();
export const nodeListOutput = typia.json.schemas<[output.NodeListOutput], "3.1">();
export const serviceShowOutput = typia.json.schemas<[output.ServiceShowOutput], "3.1">();
export const doctorOutput = typia.json.schemas<[output.DoctorOutput], "3.1">();
export const busProvisionOutput = typia.json.schemas<[output.BusProvisionOutput], "3.1">();
export const busBackupOutput = typia.json.schemas<[bus.BusBackupOutput], "3.1">();
export const busRestoreOutput = typia.json.schemas<[bus.BusRestoreOutput], "3.1">();
export const adoptOutput = typia.json.schemas<[adopt.AdoptOutput], "3.1">();
export const planOutput = typia.json.schemas<[change.PlanOutput], "3.1">();
export const changeOutput = typia.json.schemas<[change.ChangeOutput], "3.1">();
export const restartOutput = typia.json.schemas<[change.RestartOutput], "3.1">();
export const historyOutput = typia.json.schemas<[history.HistoryOutput], "3.1">();
export const serviceExportOutput = typia.json.schemas<[service.ServiceExportOutput], "3.1">();
export const serviceEditOutput = typia.json.schemas<[service.ServiceEditOutput], "3.1">();
export const nodeShowOutput = typia.json.schemas<[node.NodeShowOutput], "3.1">();
export const nodeAddOutput = typia.json.schemas<[node.NodeAddOutput], "3.1">();
export const nodeRemoveOutput = typia.json.schemas<[node.NodeRemoveOutput], "3.1">();
export const nodePruneOutput = typia.json.schemas<[node.NodePruneOutput], "3.1">();
export const completionOutput = typia.json.schemas<[output.CompletionOutput], "3.1">();
export const purgeOutput = typia.json.schemas<[purge.PurgeOutput], "3.1">();
export const syncOutput = typia.json.schemas<[sync.SyncOutput], "3.1">();
export const conflictDetails = typia.json.schemas<[change.ConflictDetails], "3.1">();
export const devOutput = typia.json.schemas<[output.DevOutput], "3.1">();
export const pushOutput = typia.json.schemas<[file.PushOutput], "3.1">();
export const pullOutput = typia.json.schemas<[file.PullOutput], "3.1">();
export const alertTestOutput = typia.json.schemas<[alert.AlertTestOutput], "3.1">();
