/**
 * An sshd on loopback for one user, to copy files beside: the machine's own, or the distribution's package unpacked for
 * the length of the row. Nothing is installed; keys are made for the row and removed with it.
 */
import { execFile } from "node:child_process";
import { chmod, chown, readdir, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import { startDaemon } from "../test/helpers/daemon.ts";
import { freePort } from "../test/helpers/free-port.ts";
import type { PodmanNode } from "../test/helpers/rootless.ts";
import type { Scope } from "../test/helpers/scope.ts";
import { tempDir } from "../test/helpers/temp-dir.ts";

const run = promisify(execFile);

export interface SshServer {
  /** Arguments of `scp` that copy between a path here and one there. */
  scp(from: { here: string } | { there: string }, to: { here: string } | { there: string }): string[];
}

/** Started as the node's user. @throws when there is no sshd and none can be fetched */
export async function startSshServer(scope: Scope, node: PodmanNode): Promise<SshServer> {
  const dir = await tempDir(scope, 0o755);
  const { command, libraries } = await findServer(dir);
  const [hostKey, key] = [join(dir, "host-key"), join(dir, "key")];
  for (const path of [hostKey, key]) await run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", path]);
  const port = await freePort();
  const config = join(dir, "sshd_config");
  await writeFile(config, configFor(dir, port));
  const { uid, gid } = node.ids;
  if (uid !== undefined && gid !== undefined) for (const path of [hostKey, key]) await chown(path, uid, gid);
  await chmod(key, 0o600);
  const server = await startDaemon({
    command,
    args: ["-D", "-e", "-f", config],
    ready: /Server listening/,
    ...node.ids,
    env: { ...node.env, LD_LIBRARY_PATH: libraries },
  });
  scope.after(async () => {
    server.signal("SIGTERM");
    await server.ended;
  });
  const { stdout } = await run("id", ["-un", String(uid ?? process.getuid?.() ?? 0)]);
  const path = (at: { here: string } | { there: string }) =>
    "here" in at ? at.here : `${stdout.trim()}@127.0.0.1:${at.there}`;
  const options = ["StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "IdentitiesOnly=yes"];
  const given = ["-q", "-P", String(port), "-i", key, ...options.flatMap((option) => ["-o", option])];
  return { scp: (from, to) => [...given, path(from), path(to)] };
}

const configFor = (dir: string, port: number) => `Port ${port}
ListenAddress 127.0.0.1
HostKey ${dir}/host-key
AuthorizedKeysFile ${dir}/key.pub
StrictModes no
UsePAM no
PidFile none
Subsystem sftp internal-sftp
`;

async function findServer(dir: string): Promise<{ command: string; libraries: string }> {
  try {
    await run("/usr/sbin/sshd", ["-V"]).catch((error: { code?: unknown }) => {
      if (error.code === "ENOENT") throw error; // any other end means that it is there
    });
    return { command: "/usr/sbin/sshd", libraries: "" };
  } catch {
    return await fetchServer(dir); // said by what it throws, if it cannot
  }
}

/** The package and the one library that other parts of the system seldom bring along. */
async function fetchServer(dir: string): Promise<{ command: string; libraries: string }> {
  await run("apt-get", ["-o", "APT::Sandbox::User=root", "download", "openssh-server", "libwrap0"], { cwd: dir });
  for (const file of (await readdir(dir)).filter((name) => name.endsWith(".deb"))) {
    await run("dpkg-deb", ["-x", join(dir, file), join(dir, "unpacked")]);
  }
  const files = await readdir(join(dir, "unpacked"), { recursive: true });
  const library = files.find((path) => basename(path) === "libwrap.so.0");
  const libraries = library === undefined ? "" : join(dir, "unpacked", dirname(library));
  return { command: join(dir, "unpacked", "usr/sbin/sshd"), libraries };
}
