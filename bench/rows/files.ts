/**
 * Row 7: `mcp push` and `mcp pull` of 1 GiB, from typing to exit 0, beside `scp` of the same file by the same user over
 * loopback; `cp` is shown too. Ours includes the bus's disk (every chunk synced), SHA-256 at both ends and an fsync.
 */
import { execFileSync } from "node:child_process";
import { chown, mkdir, open, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { FILE_CHUNK_BYTES } from "../../src/schemas/wire/buckets.ts";
import { tempDir } from "../../test/helpers/temp-dir.ts";
import { alternate, type PairTimes, timed } from "../alternate.ts";
import { type BenchNode, MCP, NODE, startBenchNode } from "../bench-node.ts";
import { cpuSeconds, rssMegabytes } from "../process-facts.ts";
import type { BenchContext, Row, RowResult } from "../row.ts";
import { ended } from "../run-program.ts";
import { startSshServer } from "../ssh-server.ts";
import { median, rounded } from "../statistics.ts";

const ROUNDS = 5;
const MIB = 1024;
const BYTES = MIB * 1024 * 1024;
const MAX_RSS_MB = 150;
const GOAL = 0.5;

export const filesRow: Row = { id: "7", title: `mcp push and pull of ${MIB} MiB beside scp`, run };

interface Place {
  readonly node: BenchNode;
  readonly env: Readonly<Record<string, string>>;
  /** Here. */
  readonly source: string;
  readonly copy: string;
  /** On the node. */
  readonly there: string;
  readonly highest: { cli: number; agent: number };
  /** Seconds of processor time over all commands so far. */
  readonly cpu: { agent: number; server: number; commands: number };
}

async function run({ scope, effort, note }: BenchContext): Promise<RowResult[]> {
  const node = await startBenchNode(scope);
  const place = await prepare(await tempDir(scope, 0o755), node);
  const ssh = await startSshServer(scope, node.podman);
  const { source, copy, there } = place;
  const scp = (...args: string[]) => timed(() => ended(node.podman.spawn("scp", args)));
  const fresh = async (work: () => Promise<number>) => {
    await Promise.all([copy, there, `${there}.scp`].map((path) => rm(path, { force: true })));
    return await work();
  };
  const rounds = Math.ceil(ROUNDS * effort);
  const push = await alternate(
    {
      ours: () => fresh(() => mcp(place, ["push", source, "files", "big"])),
      floor: () => fresh(() => scp(...ssh.scp({ here: source }, { there: `${there}.scp` }))),
    },
    rounds,
  );
  note(`push: ${push.ours.map(Math.round).join(", ")} ms; scp: ${push.floor.map(Math.round).join(", ")} ms`);
  await mcp(place, ["push", source, "files", "big"]);
  const pull = await alternate(
    {
      ours: () => emptied(copy, () => mcp(place, ["pull", "files", "big", copy])),
      floor: () => emptied(copy, () => scp(...ssh.scp({ there }, { here: copy }))),
    },
    rounds,
  );
  note(`pull: ${pull.ours.map(Math.round).join(", ")} ms; scp: ${pull.floor.map(Math.round).join(", ")} ms`);
  const each = (seconds: number) => `${rounded(seconds / place.cpu.commands)} s`;
  const cpu = { agentCpu: each(place.cpu.agent), serverCpu: each(place.cpu.server) };
  const cpMs = await emptied(copy, () => timed(() => ended(node.podman.spawn("cp", [source, copy]))));
  const syncedMs = await emptied(copy, () => timed(() => writeSynced(copy)));
  return [
    throughput({ id: "7a", name: `mcp push of ${MIB} MiB` }, push, { cpMs, syncedMs, cpu }),
    throughput({ id: "7b", name: `mcp pull of ${MIB} MiB` }, pull, { cpMs, syncedMs, cpu }),
    memory({ id: "7c", name: "mcp, moving files: memory" }, place.highest.cli),
    memory({ id: "7d", name: "agent, moving files: memory" }, place.highest.agent),
  ];
}

async function prepare(dir: string, node: BenchNode): Promise<Place> {
  const [services, files, root] = [join(dir, "services"), join(dir, "files"), join(node.podman.dir, "files")];
  const { uid, gid } = node.podman.ids;
  for (const path of [services, files, root]) {
    await mkdir(path);
    if (uid !== undefined && gid !== undefined) await chown(path, uid, gid);
  }
  const definition = `name = "files"\nnode = "${NODE}"\n[[components]]\nname = "files"\nimage = "${node.images[0]}"\n`;
  await writeFile(join(services, "files.toml"), definition);
  const source = join(files, "big");
  execFileSync("dd", ["if=/dev/urandom", `of=${source}`, "bs=1M", `count=${MIB}`, "status=none"]);
  const env = { MCP_BUS_SERVERS: node.server.url, MCP_SERVICES_DIR: services };
  return {
    node,
    env,
    source,
    copy: join(files, "copy"),
    there: join(root, "big"),
    highest: { cli: 0, agent: 0 },
    cpu: { agent: 0, server: 0, commands: 0 },
  };
}

/** Milliseconds of one command; the memory of both programs is looked at meanwhile. */
async function mcp({ node, env, highest, cpu }: Place, args: string[]): Promise<number> {
  const before = { agent: cpuSeconds(node.agent.pid), server: cpuSeconds(node.server.pid) };
  const child = node.podman.spawn(MCP, args, { env });
  const timer = setInterval(() => {
    if (child.exitCode === null && child.pid !== undefined) {
      highest.cli = Math.max(highest.cli, rssMegabytes(child.pid) || 0);
    }
    highest.agent = Math.max(highest.agent, rssMegabytes(node.agent.pid));
  }, 50);
  const ms = await timed(() => ended(child)).finally(() => clearInterval(timer));
  cpu.agent += cpuSeconds(node.agent.pid) - before.agent;
  cpu.server += cpuSeconds(node.server.pid) - before.server;
  cpu.commands += 1;
  return ms;
}

/** As many bytes in chunks, each synced to the disk before the next, as the bus has to store them: all by itself. */
async function writeSynced(path: string): Promise<void> {
  const chunk = Buffer.alloc(FILE_CHUNK_BYTES, 120);
  const file = await open(path, "w");
  try {
    for (let written = 0; written < BYTES; written += chunk.length) {
      await file.write(chunk);
      await file.datasync();
    }
  } finally {
    await file.close();
  }
}

async function emptied(path: string, work: () => Promise<number>): Promise<number> {
  await rm(path, { force: true });
  return await work();
}

function throughput(
  words: { id: string; name: string },
  { ours, floor }: PairTimes,
  { cpMs, syncedMs, cpu }: { cpMs: number; syncedMs: number; cpu: Readonly<Record<"agentCpu" | "serverCpu", string>> },
): RowResult {
  const ratio = median(floor) / median(ours);
  const rate = (ms: number) => `${rounded(BYTES / 1e3 / ms)} MB/s`;
  return {
    ...words,
    floor: "scp over loopback (throughput)",
    figure: { ratio },
    goal: { atLeast: GOAL },
    samples: ours.length,
    medianMs: rounded(median(ours)),
    floorMs: rounded(median(floor)),
    details: {
      ours: rate(median(ours)),
      scp: rate(median(floor)),
      cp: rate(cpMs),
      synced: rate(syncedMs),
      ...cpu,
    },
    ...(ratio >= GOAL ? {} : { bound: boundOf(syncedMs, cpu) }),
  };
}

/** A stream stores one message after another. */
function boundOf(syncedMs: number, { serverCpu }: { readonly serverCpu: string }): string {
  return `the bus: chunk after chunk it spends ${serverCpu} of a processor, and as much waiting as the syncs take alone (${rounded(syncedMs / 1000)} s)`;
}

function memory(words: { id: string; name: string }, megabytes: number): RowResult {
  return { ...words, figure: { amount: megabytes, unit: "MB" }, goal: { atMost: MAX_RSS_MB }, samples: 1 };
}
