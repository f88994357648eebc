/**
 * File access with as few permissions as possible: the agent's own first, the helper if these are not enough or a
 * file changes its owner. As root (rootful podman) the helper is never needed.
 */
import type { FileAccess } from "./file-access.ts";
import { isDenied } from "./file-errors.ts";

export function withHelperFallback(plain: FileAccess, helper: FileAccess): FileAccess {
  if (process.geteuid?.() === 0) return plain;
  const tried = async <T>(work: (files: FileAccess) => Promise<T>): Promise<T> => {
    try {
      return await work(plain);
    } catch (error) {
      if (isDenied(error)) return await work(helper);
      throw error;
    }
  };
  return {
    receive: (order) => tried((files) => files.receive(order)),
    send: (place) => tried((files) => files.send(place)),
    list: (place) => tried((files) => files.list(place)),
    removeTemp: (place, transfer) => tried((files) => files.removeTemp(place, transfer)),
  };
}
