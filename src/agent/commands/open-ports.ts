/** Opens what the agent's commands need, as the settings say: the log, the store, podman. Closes them in reverse order. */
import { createLogger, type ProgramLog } from "../../service/logger.ts";
import { RepeatedProblems } from "../../service/repeated-problems.ts";
import { messageOf } from "../../values/error.ts";
import { ArpNotifyingPodman } from "../runtime/podman/arp-notify.ts";
import type { Podman } from "../runtime/podman/podman.ts";
import { PodmanService } from "../runtime/service/podman-service.ts";
import { podmanSocketPath } from "../runtime/service/podman-socket.ts";
import { systemClock } from "../state/clock.ts";
import { setRuntimeDirectory } from "../state/runtime-environment.ts";
import type { AgentSettings } from "../state/settings.ts";
import { openStore, type RebuiltStore } from "../store/open-store.ts";
import type { Store } from "../store/store.ts";
import { findAndReadSettings } from "./find-settings.ts";

/** How long the agent's start waits for podman's service; then it continues without podman. */
const PODMAN_PATIENCE_MS = 3_000;

export interface ProgramOptions {
  readonly config: string | undefined;
  readonly env: NodeJS.ProcessEnv;
  readonly acceptIdentity: boolean;
  /** `--insecure`: allows plain text to a bus on another machine. */
  readonly insecure?: boolean;
}

export interface OpenPorts {
  readonly settings: AgentSettings;
  readonly log: ProgramLog;
  readonly store: Store;
  readonly runtime: Podman;
  /** Why and how the store was rebuilt when it was opened; undefined when it was intact. */
  readonly rebuilt: RebuiltStore | undefined;
  close(): Promise<void>;
}

/** @throws McpError E_CONFIG for the settings, E_STORE, E_UNSUPPORTED without a runtime directory */
export async function openPorts(options: ProgramOptions): Promise<OpenPorts> {
  const { settings } = await findAndReadSettings(options);
  const runtimeDir = setRuntimeDirectory(options.env);
  const log = createLogger({ level: settings.log.level, base: { node: settings.node }, env: options.env });
  const opened: { rebuilt?: RebuiltStore } = {};
  const store = await openStore(settings.store.path, {
    onRebuilt: (rebuilt) => {
      opened.rebuilt = rebuilt;
      log.error({ reason: rebuilt.reason, setAside: rebuilt.setAside }, "the store was rebuilt");
    },
    onUnreadable: (files) => log.warn({ files }, "these files are not accepted documents; they are left alone"),
  });
  const life = new AbortController();
  const socketPath = podmanSocketPath(settings.podman.socket, runtimeDir);
  const { service, runtime, started } = startPodman(socketPath, { log, runtimeDir, signal: life.signal });
  await Promise.race([started, systemClock.sleep(PODMAN_PATIENCE_MS, life.signal)]);
  return {
    settings,
    log,
    store,
    runtime,
    rebuilt: opened.rebuilt,
    close: async () => {
      await runtime.close();
      await service.stop();
      life.abort();
      await store.close();
    },
  };
}

interface PodmanOptions {
  readonly log: ProgramLog;
  readonly runtimeDir: string;
  readonly signal: AbortSignal;
}

/** Starts the service before the first probe: podman must not count as unreachable while it starts. */
function startPodman(socketPath: string, { log, runtimeDir, signal }: PodmanOptions) {
  const problems = new RepeatedProblems();
  const warn = (problem: string) => {
    const line = problems.lineFor(problem);
    if (line !== undefined) log.warn(line);
  };
  const service = new PodmanService({
    socketPath,
    signal,
    onMessage: (note) => log.info(note),
    onProblem: warn,
  });
  const runtime = new ArpNotifyingPodman({
    socketPath,
    runtimeDir,
    onUnreachable: () => service.wake(),
    onError: warn,
  });
  const started = service.start().catch((error: unknown) => {
    warn(messageOf(error));
    service.wake();
  });
  void runtime.enableArpNotify(); // for containers that an earlier agent started
  return { service, runtime, started };
}
