/**
 * Row 7: `mcp push` and `mcp pull` of 1 GiB, from typing to exit 0, beside `scp` of the same file by the same user over
 * loopback; `cp` is shown too. Ours includes the bus's disk (every chunk synced), SHA-256 at both ends and an fsync.
 */
import { execFileSync } from "node:child_process";
import { chown, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
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
/** Without these syncs 1 GiB crosses the bus in two thirds of the time. */
const BOUND = "the bus: it syncs each chunk to its disk before it stores the next; and the bytes are stored twice";

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
  /** Seconds of processor time of agent and server together, over all commands so far. */
  readonly cpu: { seconds: number; commands: number };
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
  const cpu = `${rounded(place.cpu.seconds / place.cpu.commands)} s`;
  const cpMs = await emptied(copy, () => timed(() => ended(node.podman.spawn("cp", [source, copy]))));
  return [
    throughput({ id: "7a", name: `mcp push of ${MIB} MiB` }, push, { cpMs, cpu }),
    throughput({ id: "7b", name: `mcp pull of ${MIB} MiB` }, pull, { cpMs, cpu }),
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
    cpu: { seconds: 0, commands: 0 },
  };
}

/** Milliseconds of one command; the memory of both programs is looked at meanwhile. */
async function mcp({ node, env, highest, cpu }: Place, args: string[]): Promise<number> {
  const used = () => cpuSeconds(node.agent.pid) + cpuSeconds(node.server.pid);
  const before = used();
  const child = node.podman.spawn(MCP, args, { env });
  const timer = setInterval(() => {
    if (child.exitCode === null && child.pid !== undefined) {
      highest.cli = Math.max(highest.cli, rssMegabytes(child.pid) || 0);
    }
    highest.agent = Math.max(highest.agent, rssMegabytes(node.agent.pid));
  }, 50);
  const ms = await timed(() => ended(child)).finally(() => clearInterval(timer));
  cpu.seconds += used() - before;
  cpu.commands += 1;
  return ms;
}

async function emptied(path: string, work: () => Promise<number>): Promise<number> {
  await rm(path, { force: true });
  return await work();
}

function throughput(
  words: { id: string; name: string },
  { ours, floor }: PairTimes,
  { cpMs, cpu }: { cpMs: number; cpu: string },
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
    details: { ours: rate(median(ours)), scp: rate(median(floor)), cp: rate(cpMs), agentAndServerCpu: cpu },
    ...(ratio >= GOAL ? {} : { bound: BOUND }),
  };
}

function memory(words: { id: string; name: string }, megabytes: number): RowResult {
  return { ...words, figure: { amount: megabytes, unit: "MB" }, goal: { atMost: MAX_RSS_MB }, samples: 1 };
}
