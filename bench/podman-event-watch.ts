/** Podman's own events as a bare subscriber of its socket sees them, with the moment they arrived. */
import { podmanStream } from "../test/helpers/podman-rest.ts";
import type { Scope } from "../test/helpers/scope.ts";

export interface PodmanEventWatch {
  /** Resolves with `performance.now()` of the arrival; ask before it can happen. */
  arrival(action: "start" | "died", containerName: string): Promise<number>;
}

const TIMEOUT_MS = 30_000;

export async function watchPodmanEvents(scope: Scope, socketPath: string): Promise<PodmanEventWatch> {
  const waiting = new Map<string, (at: number) => void>();
  const stop = new AbortController();
  scope.after(() => stop.abort());
  await podmanStream(socketPath, "/events?stream=true", stop.signal, (line) => {
    const at = performance.now();
    const key = keyOf(line);
    waiting.get(key)?.(at);
    waiting.delete(key);
  });
  return {
    arrival: (action, name) =>
      new Promise((resolve, reject) => {
        const key = `${action} ${name}`;
        const late = setTimeout(() => reject(new Error(`podman did not tell of: ${key}`)), TIMEOUT_MS);
        waiting.set(key, (at) => {
          clearTimeout(late);
          resolve(at);
        });
      }),
  };
}

function keyOf(line: unknown): string {
  const { Action, Actor } = line as { Action?: string; Actor?: { Attributes?: Record<string, string> } };
  return `${Action} ${Actor?.Attributes?.["name"]}`;
}
