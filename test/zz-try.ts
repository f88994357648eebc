import { readFileSync } from "node:fs";
import { suiteScope } from "./helpers/scope.ts";
import { benchScope } from "../bench/bench-scope.ts";
import { startFleet, oneComponent } from "./helpers/e2e-fleet.ts";
import { writeFile, chown, stat, readFile } from "node:fs/promises";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
const scope = benchScope();
try {
  const fleet = await startFleet(scope, { agents: ["rift"], podmanServices: false });
  const { alice, rift } = fleet;
  await alice.define("web", oneComponent("web", "x.example/y:v1"));
  const run = async (...args: string[]) => { const t = performance.now(); const r = await alice.mcp(...args); console.log(args.join(" "), "=>", r.code, Math.round(performance.now() - t), "ms\n", r.stdout, r.stderr); return r; };
  await writeFile(join(alice.dir, "a.conf"), "hello\n", { mode: 0o640 }); await chown(join(alice.dir, "a.conf"), 61001, 61001);
  await run("push", "a.conf", "web");
  await run("push", "a.conf", "web", "conf/b.conf", "--json");
  await run("pull", "web", "conf/b.conf");
  await run("pull", "web", "conf/b.conf");
  await run("pull", "-r", "web", "conf", "--json");
  await run("push", "a.conf", "web", "../x");
  await run("push", "a.conf", "web", "sub/own.conf", "--owner", "999:999");
  console.log(execFileSync("find", [join(rift.podman.dir, "srv"), "-ls"], {encoding:"utf8"}));
  await run("push", "a.conf", "web", "sub/own.conf", "--mode", "600");
  console.log(execFileSync("find", [join(rift.podman.dir, "srv"), "-ls"], {encoding:"utf8"}));
  await run("pull", "web", "sub/own.conf");
  const big = join(alice.dir, "big");
  execFileSync("sh", ["-c", `head -c ${process.env["MB"] ?? "512"}M /dev/urandom > ${big}; chmod 644 ${big}`]);
  const watch = (name: string, pid: number) => { const peak = { kb: 0 }; const t = setInterval(() => { try { peak.kb = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]); } catch {} }, 50); return () => { clearInterval(t); console.log(name, "peak MB", peak.kb * 1024 / 1e6); }; };
  for (const args of [["push", "big", "web"], ["pull", "web", "big", "big2", "--force"], ["push", "big", "web"], ["pull", "web", "big", "big2", "--force"]]) {
    const t = performance.now();
    const p = alice.start(...args);
    const w1 = watch("cli", p.pid), w2 = watch("agent", rift.agent.pid);
    const end = await p.ended; w1(); w2();
    console.log(args.join(" "), end.code, Math.round(performance.now() - t), "ms", end.stdout, end.stderr);
  }
  console.log(rift.agent.log().split("\n").slice(-8).join("\n"));
} finally { await scope.end(); }
process.exit(0);
