/** Podman's own events as a bare subscriber of its socket sees them: arrivals of `start web-1`, `died web-1`. */
import { podmanStream } from "../test/helpers/podman-rest.ts";
import type { Scope } from "../test/helpers/scope.ts";
import { Arrivals } from "./arrivals.ts";

export async function watchPodmanEvents(scope: Scope, socketPath: string): Promise<Arrivals> {
  const arrivals = new Arrivals();
  const stop = new AbortController();
  scope.after(() => stop.abort());
  await podmanStream(socketPath, "/events?stream=true", stop.signal, (line) => arrivals.note(keyOf(line)));
  return arrivals;
}

function keyOf(line: unknown): string {
  const { Action, Actor } = line as { Action?: string; Actor?: { Attributes?: Record<string, string> } };
  return `${Action} ${Actor?.Attributes?.["name"]}`;
}
