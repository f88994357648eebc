/** Reads the facts for judge-own.ts: directories and the bus. */
import { constants, stat, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { checkNodeBus } from "../../bus/admin/check-node-bus.ts";
import { plainTextWarning } from "../../bus/connection/settings.ts";
import { isOpenToOthers } from "../../disk/private-path.ts";
import { McpError, messageOf } from "../../values/error.ts";
import type { AgentSettings } from "../state/settings.ts";
import type { BusFacts, CredsFacts, DirectoryFacts } from "./facts.ts";
import { exists, hasSystemd } from "./probe-user.ts";

export async function probeDirectory(path: string): Promise<DirectoryFacts> {
  const found = await stat(path).catch(() => undefined);
  const nearest = await nearestThere(path);
  const { bsize, bavail } = await statfs(nearest);
  return {
    path,
    exists: found?.isDirectory() ?? false,
    writable: await exists(path, constants.W_OK),
    owned: found?.uid === process.getuid?.(),
    mode: (found?.mode ?? 0) & 0o777,
    freeBytes: bsize * bavail,
    creatable: await exists(nearest, constants.W_OK),
  };
}

/** True when it belongs to us, or is missing and we can create it. */
export async function mayKeepStore(directory: string): Promise<boolean> {
  const { exists, owned, writable, creatable } = await probeDirectory(directory);
  return exists ? owned && writable : creatable;
}

async function nearestThere(path: string): Promise<string> {
  return path === "/" || (await exists(path)) ? path : await nearestThere(dirname(path));
}

/** Undefined also for a missing file: the check of the bus reports that. */
export async function probeCreds(path: string | undefined): Promise<CredsFacts | undefined> {
  if (path === undefined || !(await exists(path))) return undefined;
  return { path, loose: await isOpenToOthers(path) };
}

export async function probeBus({ bus, node }: Pick<AgentSettings, "bus" | "node">): Promise<BusFacts> {
  const { servers } = bus;
  const plainText = plainTextWarning(bus);
  const systemd = await hasSystemd();
  try {
    const { trouble, serverTimeMs, askedMs, answeredMs, url, version, rttMs } = await checkNodeBus(bus, node);
    return {
      systemd,
      servers,
      url,
      version,
      rttMs,
      ...(serverTimeMs === undefined ? {} : { skewMs: (askedMs + answeredMs) / 2 - serverTimeMs }),
      ...(plainText === undefined ? {} : { plainText }),
      ...(trouble === undefined ? {} : { trouble: troubleOf(trouble) }),
    };
  } catch (error) {
    return { systemd, servers, trouble: troubleOf(error) };
  }
}

function troubleOf(error: unknown): { message: string; hint: string } {
  return { message: messageOf(error), hint: error instanceof McpError ? error.hint : "see the agent's log" };
}
