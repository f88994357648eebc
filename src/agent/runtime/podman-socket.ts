/** Where podman's socket is, and whether somebody listens there. */
import { connect } from "node:net";
import { join } from "node:path";

/** The socket to use: the configured one (a path, or a `unix://` address), else the user's own. */
export function podmanSocketPath(configured: string | undefined, env: NodeJS.ProcessEnv): string {
  if (configured) return configured.replace(/^unix:\/\//, "");
  const runtimeDir = env["XDG_RUNTIME_DIR"] || `/run/user/${process.getuid?.() ?? 0}`;
  return join(runtimeDir, "podman", "podman.sock");
}

/** Answers of connect(2) by which nobody listens; with any other (EACCES, EAGAIN) somebody does, or we cannot know. */
const NOBODY = new Set(["ENOENT", "ECONNREFUSED"]);

/** False only when certainly nobody listens. Says nothing of whether podman answers. */
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
