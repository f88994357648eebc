/**
 * Reads the facts for judge-podman.ts and judge-network.ts. If no service listens, podman's service is started for as
 * long as the probe takes, exactly as the agent starts it.
 */

import { constants, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { configHome } from "../../disk/user-directories.ts";
import { messageOf } from "../../values/error.ts";
import { present } from "../../values/present.ts";
import { Fields } from "../runtime/decode/fields.ts";
import { PodmanCall } from "../runtime/podman/call.ts";
import { PodmanService } from "../runtime/service/podman-service.ts";
import { isListening } from "../runtime/service/podman-socket.ts";
import type { PodmanFacts, PodmanInfo } from "./facts.ts";
import { probeKeys } from "./probe-keys.ts";
import { exists, hasSystemd, probeHelper } from "./probe-user.ts";

const INFO_LIMIT_MS = 15_000;
const TUN = "/dev/net/tun";

export async function probePodman(
  socketPath: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<PodmanFacts> {
  const [systemd, podman, answer, cniDir, tun, slirp, pasta, dns, settings, keys] = await Promise.all([
    hasSystemd(),
    probeHelper("podman", env),
    askPodman(socketPath, signal),
    exists("/var/lib/cni"),
    probeTun(),
    probeHelper("slirp4netns", env),
    probeHelper("pasta", env),
    probeHelper("aardvark-dns", env),
    probeContainersConf(env),
    probeKeys(process.getuid?.() ?? 0),
  ]);
  const userNetworks = [slirp, pasta].filter(({ path }) => path !== undefined).map(({ name }) => name);
  const installed = podman.path !== undefined;
  return {
    systemd,
    socketPath,
    installed,
    ...answer,
    cniDir,
    tun,
    userNetworks,
    dns,
    ...settings,
    ...present({ keys }),
  };
}

async function askPodman(
  socketPath: string,
  signal: AbortSignal,
): Promise<Pick<PodmanFacts, "listened" | "trouble" | "info">> {
  const listened = await isListening(socketPath);
  const service = new PodmanService({ socketPath, signal });
  const call = new PodmanCall({ socketPath });
  try {
    await service.start();
    return { listened, info: await readInfo(call, signal) };
  } catch (error) {
    return { listened, trouble: messageOf(error) };
  } finally {
    await call.close();
    await service.stop();
  }
}

async function readInfo(call: PodmanCall, signal: AbortSignal): Promise<PodmanInfo> {
  const request = { what: "podman info", method: "GET", path: "/info", expect: [200], limitMs: INFO_LIMIT_MS } as const;
  const whole = new Fields((await call.ask(request, signal)).body, "info");
  const host = whole.object("host");
  const store = whole.object("store");
  return {
    version: whole.object("version").text("Version"),
    rootless: host.object("security").boolean("rootless"),
    cgroupVersion: host.text("cgroupVersion"),
    controllers: host.texts("cgroupControllers"),
    storageDriver: store.text("graphDriverName"),
    graphRoot: store.text("graphRoot"),
    networkBackend: host.has("networkBackend") ? host.text("networkBackend") : "cni",
    logDriver: host.has("logDriver") ? host.text("logDriver") : "unknown",
  };
}

async function probeTun(): Promise<PodmanFacts["tun"]> {
  if (!(await exists(TUN))) return "missing";
  return (await exists(TUN, constants.R_OK | constants.W_OK)) ? "open" : "closed";
}

/** The keys that matter here, from every containers.conf that podman reads; a later file wins. */
export async function probeContainersConf(
  env: NodeJS.ProcessEnv,
): Promise<Pick<PodmanFacts, "exitCommandDelay" | "logSizeMax" | "keyring">> {
  const texts = await Promise.all((await confFiles(env)).map((path) => readFile(path, "utf8").catch(() => "")));
  const number = (key: string) => {
    const value = lastValue(texts, key, /"?(-?\d+)/);
    return value === undefined ? undefined : Number(value);
  };
  const keyring = lastValue(texts, "keyring", /(true|false)\b/);
  return present({
    exitCommandDelay: number("exit_command_delay"),
    logSizeMax: number("log_size_max"),
    keyring: keyring === undefined ? undefined : keyring === "true",
  });
}

/** CONTAINERS_CONF replaces all others. */
async function confFiles(env: NodeJS.ProcessEnv): Promise<string[]> {
  const only = env["CONTAINERS_CONF"];
  if (only) return [only];
  const home = join(configHome(env), "containers");
  const dirs = ["/usr/share/containers", "/etc/containers", home];
  const nested = await Promise.all(
    dirs.map(async (dir) => {
      const extra = await readdir(join(dir, "containers.conf.d")).catch(() => []);
      return [join(dir, "containers.conf"), ...extra.sort().map((name) => join(dir, "containers.conf.d", name))];
    }),
  );
  return nested.flat();
}

/** The names of these keys occur only once in the file format, so the section does not matter. */
function lastValue(texts: readonly string[], key: string, value: RegExp): string | undefined {
  const line = new RegExp(`^\\s*${key}\\s*=\\s*${value.source}`, "gm");
  return texts.flatMap((text) => [...text.matchAll(line)].map((match) => match[1])).at(-1);
}
