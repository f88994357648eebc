/**
 * Which of a component's host ports another program of this machine holds, from /proc (proc(5)). Podman's own ports do not count:
 * they belong to containers, which hand them over or are judged elsewhere. In doubt a port counts as free; podman's start decides.
 */
import { readdir, readFile, readlink } from "node:fs/promises";
import { endianness } from "node:os";
import { canonicalAddress, portsClash } from "../../../schemas/service/port-text.ts";
import type { PortSpec } from "../../../schemas/service/spec.ts";

export interface HeldPort {
  readonly port: PortSpec;
  /** `nginx (pid 812)`, or "another program" where the agent may not see which. */
  readonly by: string;
}

/** A socket that listens. */
interface Socket {
  readonly port: PortSpec;
  readonly uid: number;
  readonly inode: string;
}

interface Holder {
  readonly pid: string;
  readonly name: string;
  /** False for a process in another user or pid namespace, as containers and podman's port forwarders are. */
  readonly isOfHost: boolean;
}

const PROC = "/proc";
const TABLES = [
  // The states of a TCP socket that listens, and of a UDP socket without a peer.
  { file: "tcp", protocol: "tcp", state: "0A" },
  { file: "tcp6", protocol: "tcp", state: "0A" },
  { file: "udp", protocol: "udp", state: "07" },
  { file: "udp6", protocol: "udp", state: "07" },
] as const;
/** User ids from here on are usually subordinate ids: processes in containers. */
const FIRST_SUBORDINATE_ID = 65_536;
/** Podman with root's rights keeps published ports open in this program. */
const PODMAN_MONITOR = "conmon";

/** Those of `wanted` that a container could not publish now. Empty where /proc does not say. */
export async function readHeldPorts(wanted: readonly PortSpec[], proc = PROC): Promise<HeldPort[]> {
  if (wanted.length === 0) return [];
  const tables = await Promise.all(TABLES.map(async (table) => await readSockets(table, proc)));
  const sockets = tables.flat().filter(({ port }) => wanted.some((one) => portsClash(one, port)));
  if (sockets.length === 0) return [];
  const holders = await findHolders(new Set(sockets.map(({ inode }) => inode)), proc);
  return sockets.flatMap((socket) => {
    const by = foreignHolder(socket, holders.get(socket.inode));
    return by === undefined ? [] : [{ port: socket.port, by }];
  });
}

function foreignHolder({ uid }: Socket, holder: Holder | undefined): string | undefined {
  if (holder === undefined) {
    return uid !== process.getuid?.() && uid < FIRST_SUBORDINATE_ID ? "another program" : undefined;
  }
  const { pid, name, isOfHost } = holder;
  return isOfHost && name !== PODMAN_MONITOR ? `${name} (pid ${pid})` : undefined;
}

async function readSockets({ file, protocol, state }: (typeof TABLES)[number], proc: string): Promise<Socket[]> {
  const text = await readFile(`${proc}/net/${file}`, "latin1").catch(() => "");
  return text.split("\n").flatMap((line) => {
    const [, local = "", , is, , , , uid, , inode] = line.trim().split(/\s+/);
    const [address = "", number = ""] = local.split(":");
    if (is !== state || uid === undefined || inode === undefined) return [];
    const hostPort = Number.parseInt(number, 16);
    return [
      {
        port: { hostAddress: addressOf(address), hostPort, containerPort: hostPort, protocol },
        uid: Number(uid),
        inode,
      },
    ];
  });
}

/** `0100007F` → 127.0.0.1, in the byte order of the machine; 32 digits are IPv6. */
function addressOf(hex: string): string {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) => {
    const inOrder = word.match(/../g) ?? [];
    return endianness() === "LE" ? inOrder.toReversed() : inOrder;
  });
  const isMapped = bytes.length === 16 && /^0{20}ffff/i.test(bytes.join(""));
  const last = bytes.slice(-4).map((byte) => Number.parseInt(byte, 16));
  if (bytes.length === 4 || isMapped) return last.join(".");
  const groups = bytes.join("").match(/.{4}/g) ?? [];
  return canonicalAddress(`[${groups.join(":")}]`) ?? "::";
}

/** The processes that hold these sockets, as far as the agent may see them. */
async function findHolders(inodes: ReadonlySet<string>, proc: string): Promise<Map<string, Holder>> {
  const pids = (await readdir(proc).catch(() => [])).filter((name) => /^\d+$/.test(name));
  const holders = new Map<string, Holder>();
  for (const pid of pids) {
    const held = (await socketsOf(pid, proc)).filter((inode) => inodes.has(inode));
    if (held.length === 0) continue;
    const name = (await readFile(`${proc}/${pid}/comm`, "utf8").catch(() => "a program")).trim();
    const holder = { pid, name, isOfHost: await isOfHost(pid, proc) };
    for (const inode of held) holders.set(inode, holder);
  }
  return holders;
}

async function socketsOf(pid: string, proc: string): Promise<string[]> {
  const numbers = await readdir(`${proc}/${pid}/fd`).catch(() => []); // it has ended, or is another user's
  const targets = await Promise.all(numbers.map((fd) => readlink(`${proc}/${pid}/fd/${fd}`).catch(() => "")));
  return targets.flatMap((target) => /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? []);
}

async function isOfHost(pid: string, proc: string): Promise<boolean> {
  const read = async (id: string, kind: string) => await readlink(`${proc}/${id}/ns/${kind}`).catch(() => undefined);
  const kinds = ["user", "pid"];
  const pairs = await Promise.all(kinds.map(async (kind) => [await read(pid, kind), await read("self", kind)]));
  return pairs.every(([its, ours]) => its !== undefined && its === ours);
}
