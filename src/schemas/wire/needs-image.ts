/** Whether an image on a node is the one that a spec names; true if in doubt. Pure. */
import type { NodeImage } from "./live-container.ts";

/** @param wanted as a spec has it: `registry/name:tag`, `registry/name@digest`, or both */
export function needsImage(
  wanted: string,
  { references, digests }: Pick<NodeImage, "references" | "digests">,
): boolean {
  const at = wanted.indexOf("@");
  const name = at === -1 ? wanted : wanted.slice(0, at);
  const digest = at === -1 ? undefined : wanted.slice(at);
  const isNamed = (full: string, short: string) => full === short || full.endsWith(`/${short}`);
  if (digest !== undefined && digests.some((one) => one.endsWith(digest))) return true;
  return references.some((reference) => isNamed(reference, name));
}
