/** Checks the agent's own directories and its bus. Pure. */
import { isModeOpenToOthers } from "../../disk/private-path.ts";
import type { DoctorCheck } from "../../schemas/output/doctor-output.ts";
import { messageOf } from "../../values/error.ts";
import type { StoreFinding } from "../store/examine-store.ts";
import { fail, ok, warn } from "./check.ts";
import type { BusFacts, CredsFacts, DirectoryFacts } from "./facts.ts";

const MIB = 1024 ** 2;
/** A store of 1,000 services with a full outbox needs about 50 MB; below this SQLite may fail at any moment. */
const LITTLE_ROOM_BYTES = 200 * MIB;
/** Signatures and ages tolerate this much; with NTP the difference is far smaller. */
const SKEW_MS = 2_000;
const SLOW_RTT_MS = 500;

/** The directory that `mcp push` writes to and definitions mount from. */
export function judgeFilesRoot(facts: DirectoryFacts, user: string): DoctorCheck[] {
  const { path, exists, writable } = facts;
  const make = `install -d -o ${user} ${path}`;
  if (!exists) return [warn("files-root", `${path} does not exist: files cannot be sent to this node`, make)];
  if (!writable)
    return [warn("files-root", `${path} is not writable for ${user}: files cannot be sent to this node`, make)];
  return [ok("files-root", path), judgeRoom("files-room", facts)];
}

export function judgeStoreDir(facts: DirectoryFacts, user: string): DoctorCheck[] {
  const { path, exists, owned, writable, mode, creatable } = facts;
  const name = "store";
  const make = `install -d -m 700 -o ${user} ${path}`;
  if (!exists && !creatable) return [fail(name, `${path} does not exist and ${user} cannot create it`, make)];
  if (!exists) return [ok(name, `${path} will be created`), judgeRoom("store-room", facts)];
  if (!owned || !writable) return [fail(name, `${path} does not belong to ${user}`, `chown -R ${user} ${path}`)];
  const access = isModeOpenToOthers(mode)
    ? warn(name, `${path} is open to others (mode ${mode.toString(8)})`, `chmod 700 ${path}`)
    : ok(name, `${path}, mode ${mode.toString(8)}`);
  return [access, judgeRoom("store-room", facts)];
}

/** @param finding what keeps the agent from opening its database; undefined when nothing does */
export function judgeStore(finding: StoreFinding | undefined): DoctorCheck[] {
  if (finding === undefined) return [];
  const { error, isReplaced } = finding;
  const message = messageOf(error);
  if (isReplaced) return [warn("store-content", `${message}; the agent will set it aside`, "mcp-agent recover --help")];
  return [fail("store-content", `the agent refuses to open it: ${message}`, error.hint)];
}

function judgeRoom(name: string, { path, freeBytes }: DirectoryFacts): DoctorCheck {
  const free = `${Math.floor(freeBytes / MIB)} MB free`;
  if (freeBytes >= LITTLE_ROOM_BYTES) return ok(name, free);
  return fail(name, `only ${free} at ${path}`, "podman system prune");
}

/** No check for a bus without credentials. */
export function judgeCreds(facts: CredsFacts | undefined): DoctorCheck[] {
  if (facts === undefined) return [];
  const { path, loose } = facts;
  return [loose ? warn("creds", `${path} is open to others on this machine`, `chmod 600 ${path}`) : ok("creds", path)];
}

export function judgeBus({
  servers,
  trouble,
  url,
  version,
  rttMs,
  skewMs,
  plainText,
  systemd,
}: BusFacts): DoctorCheck[] {
  if (url === undefined) {
    const { message, hint } = trouble ?? { message: `cannot reach ${servers.join(", ")}`, hint: "mcp doctor" };
    return [fail("bus", message, hint)];
  }
  const slow = rttMs !== undefined && rttMs > SLOW_RTT_MS;
  const where = `${url}, nats-server ${version}, ${rttMs?.toFixed(1)} ms round trip`;
  return [
    slow ? warn("bus", where, "run a leaf server near this machine: see deploy/leaf") : ok("bus", where),
    trouble === undefined
      ? ok("bus-rights", "its desired state can be read")
      : fail("bus-rights", trouble.message, trouble.hint),
    ...(plainText === undefined ? [] : [warn("bus-tls", plainText, TLS_REMEDY)]),
    judgeClock(skewMs, systemd),
  ];
}

const TLS_REMEDY = "in agent.toml, write tls:// in `[bus] servers` (the bus needs `tls {}` in its nats.conf)";

function judgeClock(skewMs: number | undefined, systemd: boolean): DoctorCheck {
  if (skewMs === undefined)
    return ok("clock", "the server does not show its time; `mcp doctor` compares clocks from a workstation");
  const seconds = `${(Math.abs(skewMs) / 1000).toFixed(1)} s`;
  if (Math.abs(skewMs) <= SKEW_MS) return ok("clock", `within ${seconds} of the bus's`);
  const remedy = systemd ? "timedatectl set-ntp true" : "set the clock, and keep it right with an NTP client (chrony)";
  return warn("clock", `${seconds} ${skewMs > 0 ? "ahead of" : "behind"} the bus's`, remedy);
}
