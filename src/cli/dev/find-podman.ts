/** Checks that podman is installed and new enough, before anything is created. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import gte from "semver/functions/gte.js";
import { McpError } from "../../values/error.ts";

const FLOOR = "4.3.0";
const ASK_TIMEOUT_MS = 5_000;
const run = promisify(execFile);

/** Podman's version. @throws McpError E_UNSUPPORTED when it is missing or older than the API we speak. */
export async function findPodman(env: NodeJS.ProcessEnv): Promise<string> {
  const version = await versionOf(env);
  if (gte(version, FLOOR)) return version;
  throw new McpError("E_UNSUPPORTED", `podman ${version} is too old: ${FLOOR} or later is needed`);
}

async function versionOf(env: NodeJS.ProcessEnv): Promise<string> {
  try {
    const { stdout } = await run("podman", ["--version"], { env, timeout: ASK_TIMEOUT_MS });
    return /\d+\.\d+\.\d+/.exec(stdout)?.[0] ?? "0.0.0";
  } catch (cause) {
    throw new McpError("E_UNSUPPORTED", "there is no podman on PATH", {
      cause,
      hint: "install it with what rootless podman needs: apt-get install podman uidmap slirp4netns netavark aardvark-dns",
    });
  }
}
