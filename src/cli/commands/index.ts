/** Every command, in the order of `mcp --help`. Nothing is discovered: a command that is not here does not exist. */
import type { CommandClass as ClipanionClass } from "clipanion";
import type { CliContext } from "../context.ts";
import { BusProvisionCommand } from "./bus/provision.ts";
import { DeployCommand } from "./deploy.ts";
import { DevExecCommand } from "./dev/exec.ts";
import { DevRemoveCommand } from "./dev/remove.ts";
import { DevCommand } from "./dev/start.ts";
import { DoctorCommand } from "./doctor.ts";
import { EventsCommand } from "./events.ts";
import { ListCommand } from "./list.ts";
import { LogsCommand } from "./logs.ts";
import { NodeListCommand } from "./node/list.ts";
import { PlanCommand } from "./plan.ts";
import { PsCommand } from "./ps.ts";
import { RestartCommand } from "./restart.ts";
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
  ListCommand,
  StatusCommand,
  PsCommand,
  EventsCommand,
  LogsCommand,
  ServiceShowCommand,
  NodeListCommand,
  BusProvisionCommand,
  DevCommand,
  DevExecCommand,
  DevRemoveCommand,
  DoctorCommand,
];
