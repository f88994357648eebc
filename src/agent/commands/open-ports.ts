/** Opens what the agent's programs stand on, from their settings: the log, the store, podman. Closes in reverse order. */
import type { Logger } from "pino";
import { messageOf } from "../../values/error.ts";
import { AnnouncingPodman } from "../runtime/podman/arp-notify.ts";
import type { Podman } from "../runtime/podman/podman.ts";
import { PodmanService } from "../runtime/service/podman-service.ts";
import { podmanSocketPath, userRuntimeDir } from "../runtime/service/podman-socket.ts";
import { systemClock } from "../state/clock.ts";
import { createLogger } from "../state/logger.ts";
import { type AgentSettings, readAgentSettings } from "../state/settings.ts";
import { openStore, type RebuiltStore } from "../store/open-store.ts";
import type { Store } from "../store/store.ts";

/** How long the agent's start waits for podman's service; everything else goes on without it then. */
const PODMAN_PATIENCE_MS = 3_000;

export interface ProgramOptions {
  readonly config: string | undefined;
  readonly env: NodeJS.ProcessEnv;
  readonly acceptIdentity: boolean;
  /** `--insecure`: plain text to a bus on another machine is allowed. */
  readonly insecure?: boolean;
}

export interface OpenPorts {
  readonly settings: AgentSettings;
  readonly log: Logger;
  readonly store: Store;
  readonly runtime: Podman;
  /** What had to be done to the store when it was opened. */
  readonly rebuilt: RebuiltStore | undefined;
  close(): Promise<void>;
}

export async function openPorts(options: ProgramOptions): Promise<OpenPorts> {
  const settings = await readAgentSettings(options.config, options.env, options);
  const log = createLogger(settings.node, settings.log.level);
  const told: { rebuilt?: RebuiltStore } = {};
  const store = await openStore(settings.store.path, {
    onRebuilt: (rebuilt) => {
      told.rebuilt = rebuilt;
      log.error({ reason: rebuilt.reason, setAside: rebuilt.setAside }, "the store had to be rebuilt");
    },
    onUnreadable: (files) => log.warn({ files }, "files that are no accepted documents"),
  });
  const life = new AbortController();
  const socketPath = podmanSocketPath(settings.podman.socket, options.env);
  const service = new PodmanService({ socketPath, signal: life.signal, onNote: (note) => log.info(note) });
  const runtimeDir = userRuntimeDir(options.env);
  const heard = { onUnreachable: () => service.wake(), onTrouble: (trouble: string) => log.warn(trouble) };
  const runtime = new AnnouncingPodman({ socketPath, runtimeDir, ...heard });
  // Before the first probe, so that a socket that is only being opened is not reported as unreachable.
  const started = service.start().catch((error: unknown) => {
    log.warn(messageOf(error));
    service.wake();
  });
  void runtime.announceGateways(); // of containers that an earlier agent has started
  await Promise.race([started, systemClock.sleep(PODMAN_PATIENCE_MS, life.signal)]);
  return {
    settings,
    log,
    store,
    runtime,
    rebuilt: told.rebuilt,
    close: async () => {
      await runtime.close();
      await service.stop();
      life.abort();
      await store.close();
    },
  };
}
