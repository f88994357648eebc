/** Where podman's socket and its user's runtime directory are, and whether somebody listens on the socket. */
import { connect } from "node:net";
import { join } from "node:path";

/** The socket to use: the configured one (a path, or a `unix://` address), else the user's own. */
export function podmanSocketPath(configured: string | undefined, env: NodeJS.ProcessEnv): string {
  if (configured) return configured.replace(/^unix:\/\//, "");
  return join(userRuntimeDir(env), "podman", "podman.sock");
}

export function userRuntimeDir(env: NodeJS.ProcessEnv): string {
  return env["XDG_RUNTIME_DIR"] || `/run/user/${process.getuid?.() ?? 0}`;
}

/** Errors of connect(2) that mean that nobody listens; with any other (EACCES, EAGAIN) somebody may listen. */
const NOBODY = new Set(["ENOENT", "ECONNREFUSED"]);

/** False only when it is certain that nobody listens. True does not mean that podman answers. */
export function isListening(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(socketPath);
    const done = (listens: boolean) => {
      socket.destroy();
      resolve(listens);
    };
    socket.once("connect", () => done(true));
    socket.once("error", (error: NodeJS.ErrnoException) => done(!NOBODY.has(error.code ?? "")));
  });
}
