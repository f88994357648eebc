/** Every command, in the order of `mcp --help`. Nothing is discovered: a command that is not here does not exist. */
import type { CommandClass as ClipanionClass } from "clipanion";
import type { CliContext } from "../context.ts";
import { BusBackupCommand } from "./bus/backup.ts";
import { BusProvisionCommand } from "./bus/provision.ts";
import { BusRestoreCommand } from "./bus/restore.ts";
import { CompletionCommand } from "./completion.ts";
import { DeployCommand } from "./deploy.ts";
import { DevExecCommand } from "./dev/exec.ts";
import { DevRemoveCommand } from "./dev/remove.ts";
import { DevCommand } from "./dev/start.ts";
import { DoctorCommand } from "./doctor.ts";
import { EventsCommand } from "./events.ts";
import { HistoryCommand } from "./history.ts";
import { ListCommand } from "./list.ts";
import { LogsCommand } from "./logs.ts";
import { NodeAddCommand } from "./node/add.ts";
import { NodeListCommand } from "./node/list.ts";
import { NodeRemoveCommand } from "./node/remove.ts";
import { NodeShowCommand } from "./node/show.ts";
import { PlanCommand } from "./plan.ts";
import { PsCommand } from "./ps.ts";
import { PullCommand } from "./pull.ts";
import { PushCommand } from "./push.ts";
import { RestartCommand } from "./restart.ts";
import { RollbackCommand } from "./rollback.ts";
import { ServiceEditCommand } from "./service/edit.ts";
import { ServiceExportCommand } from "./service/export.ts";
import { ServiceShowCommand } from "./service/show.ts";
import { StartCommand } from "./start.ts";
import { StatusCommand } from "./status.ts";
import { StopCommand } from "./stop.ts";
import { SyncCommand } from "./sync.ts";
import { UndeployCommand } from "./undeploy.ts";

export type CommandClass = ClipanionClass<CliContext>;

export const COMMANDS: readonly CommandClass[] = [
  DeployCommand,
  PlanCommand,
  StopCommand,
  StartCommand,
  RestartCommand,
  UndeployCommand,
  SyncCommand,
  RollbackCommand,
  ListCommand,
  StatusCommand,
  PsCommand,
  HistoryCommand,
  EventsCommand,
  LogsCommand,
  ServiceShowCommand,
  ServiceEditCommand,
  ServiceExportCommand,
  PushCommand,
  PullCommand,
  NodeListCommand,
  NodeShowCommand,
  NodeAddCommand,
  NodeRemoveCommand,
  BusProvisionCommand,
  BusBackupCommand,
  BusRestoreCommand,
  DevCommand,
  DevExecCommand,
  DevRemoveCommand,
  DoctorCommand,
  CompletionCommand,
];
