/** Where and with what the figures were taken. */
import { execFileSync } from "node:child_process";
import { arch, cpus, loadavg, release, totalmem, type } from "node:os";
import { toolPath } from "../test/helpers/tools.ts";

export async function machineFacts() {
  const [cpu] = cpus();
  return {
    os: `${type()} ${release()} ${arch()}`,
    cpu: cpu?.model.trim() ?? "unknown",
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    /** Others at work on it disturb every figure: a quiet machine has less than 1 at the start. */
    load1: Math.round((loadavg()[0] ?? 0) * 10) / 10,
  };
}

export async function versionFacts() {
  return {
    mcp: versionIn(process.env["npm_package_version"] ?? "") ?? "unknown",
    node: process.version,
    podman: versionIn(firstLine("podman", ["--version"])) ?? "missing",
    runtime: firstLine("runc", ["--version"]) || firstLine("crun", ["--version"]) || "missing",
    natsServer: versionIn(firstLine(await toolPath("nats-server"), ["--version"])) ?? "missing",
  };
}

function firstLine(command: string, args: string[]): string {
  try {
    return execFileSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).split("\n")[0] ?? "";
  } catch {
    return ""; // it is not installed: told as missing
  }
}

function versionIn(text: string): string | undefined {
  return text.match(/\d+\.\d+\.\d+\S*/)?.[0];
}
