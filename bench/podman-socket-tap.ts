/**
 * A socket that passes everything on to podman's and notes what passes by: the events that the subscriber behind it is
 * told of (`died web-1`), and podman's answers to `start` (STARTED), when the container runs. Podman may keep its events in a file and looks there four times a
 * second, for each subscriber by itself, so that two subscribers hear of one event up to 250 ms apart.
 */
import { chmod } from "node:fs/promises";
import { connect, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import type { Scope } from "../test/helpers/scope.ts";
import { tempDir } from "../test/helpers/temp-dir.ts";
import { Arrivals } from "./arrivals.ts";

/** Arrives when podman has answered a request to start a container. */
export const STARTED = "answer to start";

export interface PodmanSocketTap {
  readonly socketPath: string;
  /** Those of podman-event-watch.ts, and STARTED. */
  readonly arrivals: Arrivals;
}

const START = /^POST \S+\/containers\/\w[\w-]*\/start /;
const EVENT = /"Action":"(\w+)".*"name":"([^"]+)"/;

export async function tapPodmanSocket(scope: Scope, podmanSocketPath: string): Promise<PodmanSocketTap> {
  const arrivals = new Arrivals();
  const server = createServer((client) => {
    const podman = connect(podmanSocketPath);
    const call = { starts: false };
    client.on("data", (chunk: Buffer) => {
      call.starts = START.test(chunk.toString("latin1", 0, 512));
    });
    podman.on("data", (chunk: Buffer) => {
      if (call.starts) arrivals.note(STARTED);
      call.starts = false;
      for (const event of eventsIn(chunk)) arrivals.note(event);
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

function eventsIn(chunk: Buffer): string[] {
  return chunk
    .toString()
    .split("\n")
    .flatMap((line) => {
      const [, action, name] = line.match(EVENT) ?? [];
      return action === undefined ? [] : [`${action} ${name}`];
    });
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
