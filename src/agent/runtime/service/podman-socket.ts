/** The path of podman's socket, and whether a process listens on it. */
import { connect } from "node:net";
import { join } from "node:path";

/** The configured socket (a path, or a `unix://` address), otherwise the one in the user's runtime directory. */
export function podmanSocketPath(configured: string | undefined, runtimeDir: string): string {
  if (configured) return configured.replace(/^unix:\/\//, "");
  return join(runtimeDir, "podman", "podman.sock");
}

/** Errors of connect(2) that show that no process listens. With others (EACCES, EAGAIN) one may listen. */
const NO_LISTENER = new Set(["ENOENT", "ECONNREFUSED"]);

/** False only if certainly no process listens. True does not mean that podman answers. */
export function isListening(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(socketPath);
    const done = (listens: boolean) => {
      socket.destroy();
      resolve(listens);
    };
    socket.once("connect", () => done(true));
    socket.once("error", (error: NodeJS.ErrnoException) => done(!NO_LISTENER.has(error.code ?? "")));
  });
}
