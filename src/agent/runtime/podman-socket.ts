/** Where podman's socket is, and whether somebody listens there. */
import { connect } from "node:net";
import { McpError } from "../../schemas/error.ts";

/** The socket to use: the configured one, else the user's own. @throws McpError E_CONFIG when there is neither. */
export function podmanSocketPath(configured: string | undefined, env: NodeJS.ProcessEnv): string {
  if (configured) return configured.replace(/^unix:\/\//, "");
  const runtimeDir = env["XDG_RUNTIME_DIR"];
  if (runtimeDir) return `${runtimeDir}/podman/podman.sock`;
  throw new McpError("E_CONFIG", "neither `[podman] socket` nor XDG_RUNTIME_DIR says where podman's socket is", {
    hint: "name it in `[podman] socket`, or start the agent with XDG_RUNTIME_DIR set (`/run/user/$(id -u)`)",
  });
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
