/**
 * Every command, in the order of `mcp --help`. Nothing is discovered: a command that is not here does not exist. Each is
 * loaded when its first word is typed, since loading all of them takes longer than most of them run.
 */
import type { CommandClass as ClipanionClass } from "clipanion";
import type { CliContext } from "../context/context.ts";

export type CommandClass = ClipanionClass<CliContext>;

interface Entry {
  /** The first word of its paths. */
  readonly word: string;
  load(): Promise<CommandClass>;
}

const of = (word: string, load: Entry["load"]): Entry => ({ word, load });

const COMMANDS: readonly Entry[] = [
  of("deploy", async () => (await import("./deploy.ts")).DeployCommand),
  of("plan", async () => (await import("./plan.ts")).PlanCommand),
  of("stop", async () => (await import("./stop.ts")).StopCommand),
  of("start", async () => (await import("./start.ts")).StartCommand),
  of("restart", async () => (await import("./restart.ts")).RestartCommand),
  of("undeploy", async () => (await import("./undeploy.ts")).UndeployCommand),
  of("sync", async () => (await import("./sync.ts")).SyncCommand),
  of("rollback", async () => (await import("./rollback.ts")).RollbackCommand),
  of("adopt", async () => (await import("./adopt.ts")).AdoptCommand),
  of("purge", async () => (await import("./purge.ts")).PurgeCommand),
  of("list", async () => (await import("./list.ts")).ListCommand),
  of("status", async () => (await import("./status.ts")).StatusCommand),
  of("ps", async () => (await import("./ps.ts")).PsCommand),
  of("top", async () => (await import("./top.ts")).TopCommand),
  of("history", async () => (await import("./history.ts")).HistoryCommand),
  of("events", async () => (await import("./events.ts")).EventsCommand),
  of("logs", async () => (await import("./logs.ts")).LogsCommand),
  of("init", async () => (await import("./init.ts")).InitCommand),
  of("service", async () => (await import("./service/show.ts")).ServiceShowCommand),
  of("service", async () => (await import("./service/edit.ts")).ServiceEditCommand),
  of("service", async () => (await import("./service/export.ts")).ServiceExportCommand),
  of("push", async () => (await import("./push.ts")).PushCommand),
  of("pull", async () => (await import("./pull.ts")).PullCommand),
  of("node", async () => (await import("./node/list.ts")).NodeListCommand),
  of("node", async () => (await import("./node/show.ts")).NodeShowCommand),
  of("node", async () => (await import("./node/add.ts")).NodeAddCommand),
  of("node", async () => (await import("./node/prune.ts")).NodePruneCommand),
  of("node", async () => (await import("./node/remove.ts")).NodeRemoveCommand),
  of("login", async () => (await import("./login.ts")).LoginCommand),
  of("logout", async () => (await import("./logout.ts")).LogoutCommand),
  of("whoami", async () => (await import("./whoami.ts")).WhoamiCommand),
  of("bus", async () => (await import("./bus/init.ts")).BusInitCommand),
  of("bus", async () => (await import("./bus/config.ts")).BusConfigCommand),
  of("bus", async () => (await import("./bus/push.ts")).BusPushCommand),
  of("bus", async () => (await import("./bus/provision.ts")).BusProvisionCommand),
  of("bus", async () => (await import("./bus/backup.ts")).BusBackupCommand),
  of("bus", async () => (await import("./bus/restore.ts")).BusRestoreCommand),
  of("operator", async () => (await import("./operator/add.ts")).OperatorAddCommand),
  of("operator", async () => (await import("./operator/list.ts")).OperatorListCommand),
  of("operator", async () => (await import("./operator/remove.ts")).OperatorRemoveCommand),
  of("consumer", async () => (await import("./consumer/add.ts")).ConsumerAddCommand),
  of("consumer", async () => (await import("./consumer/list.ts")).ConsumerListCommand),
  of("consumer", async () => (await import("./consumer/remove.ts")).ConsumerRemoveCommand),
  of("context", async () => (await import("./context/list.ts")).ContextListCommand),
  of("context", async () => (await import("./context/use.ts")).ContextUseCommand),
  of("context", async () => (await import("./context/show.ts")).ContextShowCommand),
  of("join", async () => (await import("./join.ts")).JoinCommand),
  of("dev", async () => (await import("./dev/start.ts")).DevCommand),
  of("dev", async () => (await import("./dev/exec.ts")).DevExecCommand),
  of("dev", async () => (await import("./dev/remove.ts")).DevRemoveCommand),
  of("explain", async () => (await import("./explain.ts")).ExplainCommand),
  of("doctor", async () => (await import("./doctor.ts")).DoctorCommand),
  of("completion", async () => (await import("./completion.ts")).CompletionCommand),
  of("version", async () => (await import("./version.ts")).VersionCommand),
];

export async function allCommands(): Promise<CommandClass[]> {
  return await Promise.all(COMMANDS.map((entry) => entry.load()));
}

/** The commands that begin with this word; all of them where none does, so that an error can name the nearest. */
export async function commandsOf(word: string | undefined): Promise<CommandClass[]> {
  const entries = COMMANDS.filter((entry) => entry.word === word);
  return entries.length === 0 ? await allCommands() : await Promise.all(entries.map((entry) => entry.load()));
}
