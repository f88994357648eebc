/**
 * A socket that passes everything on to podman's and notes the events in podman's answers at the moment they pass by:
 * what the subscriber behind it is told, and when. Podman may keep its events in a file and looks there four times a
 * second, for each subscriber by itself, so that two subscribers hear of one event up to 250 ms apart.
 */
import { chmod } from "node:fs/promises";
import { connect, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import type { Scope } from "../test/helpers/scope.ts";
import { tempDir } from "../test/helpers/temp-dir.ts";
import { Arrivals } from "./arrivals.ts";

export interface PodmanSocketTap {
  readonly socketPath: string;
  /** As of podman-event-watch.ts. */
  readonly arrivals: Arrivals;
}

const EVENT = /"Action":"(\w+)".*"name":"([^"]+)"/;

export async function tapPodmanSocket(scope: Scope, podmanSocketPath: string): Promise<PodmanSocketTap> {
  const arrivals = new Arrivals();
  const server = createServer((client) => {
    const podman = connect(podmanSocketPath);
    podman.on("data", (chunk: Buffer) => {
      for (const line of chunk.toString().split("\n")) {
        const [, action, name] = line.match(EVENT) ?? [];
        if (action !== undefined) arrivals.note(`${action} ${name}`);
      }
    });
    pass(client, podman);
    pass(podman, client);
  });
  const socketPath = join(await tempDir(scope, 0o755), "podman.sock");
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  await chmod(socketPath, 0o777); // the agent runs as another user
  scope.after(() => closed(server));
  return { socketPath, arrivals };
}

function pass(from: Socket, to: Socket): void {
  from.pipe(to);
  from.on("error", () => to.destroy());
  from.on("close", () => to.destroy());
}

/** By then the agent is gone, and its connections with it. */
function closed(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
