/** Which ports count as held by another program, judged over a /proc made of files. */
import assert from "node:assert/strict";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { endianness } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { readHeldPorts } from "../../../../src/agent/runtime/podman/held-ports.ts";
import type { PortSpec } from "../../../../src/schemas/service/spec.ts";
import { tempDir } from "../../../helpers/temp-dir.ts";

const OWN_UID = process.getuid?.() ?? 0;
const want = (hostPort: number, own: Partial<PortSpec> = {}): PortSpec => ({
  ...{ hostPort, containerPort: 80, protocol: "tcp" },
  ...own,
});

/** A word of an address as the kernel prints it, from its four bytes in hexadecimal. */
const word = (bytes: string) => (endianness() === "LE" ? (bytes.match(/../g) ?? []).toReversed().join("") : bytes);
const IPV4_ANY = word("00000000");
const LOOPBACK = word("7F000001");
const IPV6_ANY = word("00000000").repeat(4);
const MAPPED_LOOPBACK = `${word("00000000").repeat(2)}${word("0000FFFF")}${LOOPBACK}`;

interface Listening {
  readonly address: string;
  readonly port: number;
  readonly inode: number;
  readonly state?: string;
  readonly uid?: number;
}

const line = ({ address, port, inode, state = "0A", uid = OWN_UID }: Listening) =>
  `   0: ${address}:${port.toString(16).toUpperCase().padStart(4, "0")} 0:0000 ${state} 0:0 00:0 0 ${uid} 0 ${inode} 1 0`;

async function proc(t: { after(end: () => unknown): void }, tables: Record<string, readonly Listening[]>) {
  const dir = await tempDir(t);
  for (const name of ["net", "self/ns"]) await mkdir(join(dir, name), { recursive: true });
  for (const kind of ["user", "pid"]) await symlink(`${kind}:[1]`, join(dir, "self/ns", kind));
  for (const [file, sockets] of Object.entries(tables)) {
    await writeFile(
      join(dir, "net", file),
      ["  sl  local_address rem_address   st", ...sockets.map(line), ""].join("\n"),
    );
  }
  return {
    dir,
    process: async (pid: number, comm: string, inode: number, userNamespace = 1) => {
      for (const name of ["fd", "ns"]) await mkdir(join(dir, String(pid), name), { recursive: true });
      await writeFile(join(dir, String(pid), "comm"), `${comm}\n`);
      await symlink(`socket:[${inode}]`, join(dir, String(pid), "fd/3"));
      await symlink(`user:[${userNamespace}]`, join(dir, String(pid), "ns/user"));
      await symlink("pid:[1]", join(dir, String(pid), "ns/pid"));
    },
  };
}

test("a port is held where another program listens on it, at an address that overlaps", async (t) => {
  const { dir, process: run } = await proc(t, {
    tcp: [
      { address: IPV4_ANY, port: 80, inode: 1 },
      { address: LOOPBACK, port: 81, inode: 2 },
      { address: IPV4_ANY, port: 82, inode: 3, state: "01" },
    ],
    tcp6: [
      { address: IPV6_ANY, port: 83, inode: 4 },
      { address: MAPPED_LOOPBACK, port: 84, inode: 5 },
    ],
    udp: [{ address: IPV4_ANY, port: 85, inode: 6, state: "07" }],
  });
  for (const inode of [1, 2, 3, 4, 5, 6]) await run(100 + inode, "nginx", inode);
  const held = async (port: PortSpec) => (await readHeldPorts([port], dir)).map(({ by }) => by);
  assert.deepEqual(await held(want(80)), ["nginx (pid 101)"]);
  assert.deepEqual(await held(want(80, { hostAddress: "10.0.0.1" })), ["nginx (pid 101)"]);
  assert.deepEqual(await held(want(81)), ["nginx (pid 102)"]);
  assert.deepEqual(await held(want(81, { hostAddress: "10.0.0.1" })), [], "another address");
  assert.deepEqual(await held(want(82)), [], "a connection, nobody listens");
  assert.deepEqual(await held(want(83, { hostAddress: "127.0.0.1" })), ["nginx (pid 104)"]);
  assert.deepEqual(await held(want(84, { hostAddress: "127.0.0.1" })), ["nginx (pid 105)"]);
  assert.deepEqual(await held(want(84, { hostAddress: "::1" })), []);
  assert.deepEqual(await held(want(85)), [], "another protocol");
  assert.deepEqual(await held(want(85, { protocol: "udp" })), ["nginx (pid 106)"]);
});

test("what podman and its containers hold does not count, and neither does what is in doubt", async (t) => {
  const sockets = [1, 2, 3, 4, 5].map((inode) => ({ address: IPV4_ANY, port: 8000 + inode, inode }));
  const uids = [OWN_UID, OWN_UID, OWN_UID, OWN_UID + 1, 100_999];
  const { dir, process: run } = await proc(t, {
    tcp: sockets.map((socket, index) => ({ ...socket, uid: uids[index] ?? 0 })),
  });
  await run(11, "rootlessport", 1, 2);
  await run(12, "conmon", 2);
  const held = async (inode: number) => (await readHeldPorts([want(8000 + inode)], dir)).map(({ by }) => by);
  assert.deepEqual([await held(1), await held(2)], [[], []]);
  assert.deepEqual(await held(3), [], "a process of our own that we may not look into");
  assert.deepEqual(await held(4), ["another program"], "of another user");
  assert.deepEqual(await held(5), [], "of a subordinate id");
  assert.deepEqual(await readHeldPorts([want(8004)], join(dir, "nowhere")), [], "no /proc");
});
