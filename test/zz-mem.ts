import { spawn } from "node:child_process";
import { randomBytes, createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { connectNodeBus, connectOperatorBus } from "../src/bus/bus.ts";
import { startNatsServer } from "./helpers/nats-server.ts";
import { provision } from "../src/bus/provision.ts";
import { benchScope } from "../bench/bench-scope.ts";
const MB = 1e6, SIZE = Number(process.env["MB"] ?? 512) * 1024 * 1024;
const [role, url = "", transfer = ""] = process.argv.slice(2);
const s = { servers: [url], name: "t", inboxPrefix: "_INBOX_t" };
if (role === undefined) {
  const scope = benchScope();
  const server = await startNatsServer(scope);
  await provision({ ...s, servers: [server.url] }, { replicas: 1, create: true });
  const op = await connectOperatorBus({ ...s, servers: [server.url] }, { author: "x" }); await op.files("rift").ensure();
  for (const [w, r] of [["write-op", "read-node"], ["write-node", "read-op"]] as const) {
    const id = randomBytes(12).toString("hex");
    const run = (role: string) => new Promise((res) => spawn(process.execPath, [...process.execArgv, process.argv[1]!, role, server.url, id], { stdio: "inherit" }).on("exit", res));
    const t = performance.now();
    await Promise.all([run(w), run(r)]);
    const st = readFileSync(`/proc/${server.pid}/stat`, "utf8").split(" "); console.log(w, r, Math.round(performance.now() - t), "ms", "server cpu s so far", Number(st[13]) / 100, Number(st[14]) / 100);
    await op.files("rift").discard(id);
  }
  await op.close(); await scope.end(); process.exit(0);
}
const peak: Record<string, number> = {};
const t = setInterval(() => { for (const [k, v] of Object.entries(process.memoryUsage())) peak[k] = Math.max(peak[k] ?? 0, Math.round(v / MB)); }, 20);
const object = { transfer, size: SIZE, description: "x" };
async function* src() { for (let i = 0; i < SIZE; i += 524288) yield Buffer.allocUnsafeSlow(Math.min(524288, SIZE - i)); }
const node = role.endsWith("node");
const bus = node ? await connectNodeBus(s, "rift", { onProblem: () => undefined }) : await connectOperatorBus(s, { author: "x" });
if ("isConnected" in bus) await new Promise<void>((r) => bus.onConnect(r));
const files = "isConnected" in bus ? bus.files : bus.files("rift");
const start = Math.round(process.memoryUsage().rss / MB);
const sig = new AbortController().signal;
if (role.startsWith("write")) await files.write(object, src(), sig);
else { const h = createHash("sha256"); for await (const d of files.read(object, sig)) h.update(d); }
clearInterval(t);
const cpu = process.cpuUsage(); console.log(role, "cpu s", (cpu.user / 1e6).toFixed(2), (cpu.system / 1e6).toFixed(2), "rss", peak["rss"], /VmHWM.*/.exec(readFileSync("/proc/self/status", "utf8"))?.[0]);
await bus.close(); process.exit(0);
