/** Every check of `mcp-agent doctor`, in the order in which to fix problems. */
import { dirname } from "node:path";
import type { DoctorCheck } from "../../schemas/output/doctor-output.ts";
import { podmanSocketPath } from "../runtime/service/podman-socket.ts";
import { setRuntimeDirectory } from "../state/runtime-environment.ts";
import type { AgentSettings } from "../state/settings.ts";
import { examineStore } from "../store/examine-store.ts";
import { judgeHabits, judgeNetwork } from "./judge-network.ts";
import { judgeBus, judgeCreds, judgeFilesRoot, judgeStore, judgeStoreDir } from "./judge-own.ts";
import { judgePodman } from "./judge-podman.ts";
import { judgeUser } from "./judge-user.ts";
import { probeBus, probeCreds, probeDirectory } from "./probe-own.ts";
import { probePodman } from "./probe-podman.ts";
import { probeUser } from "./probe-user.ts";

export async function examineNode(
  settings: AgentSettings,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<DoctorCheck[]> {
  const user = await probeUser({ ...env }); // before the next line fills in what is missing
  const runtimeDir = setRuntimeDirectory(env);
  const [podman, files, store, creds, bus] = await Promise.all([
    probePodman(podmanSocketPath(settings.podman.socket, runtimeDir), env, signal),
    probeDirectory(settings.files.root),
    probeDirectory(dirname(settings.store.path)),
    probeCreds(settings.bus.creds),
    probeBus(settings),
  ]);
  return [
    ...judgeUser(user),
    ...judgePodman(podman),
    ...judgeNetwork(podman),
    ...judgeFilesRoot(files, user.name),
    ...judgeStoreDir(store, user.name),
    ...judgeStore(examineStore(settings.store.path)),
    ...judgeCreds(creds),
    ...judgeBus(bus),
    ...judgeHabits(podman),
  ];
}
