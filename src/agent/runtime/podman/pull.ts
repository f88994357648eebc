/** Fetches an image: podman answers 200 at once and then reports progress in JSON lines, including a failure. */
import { McpError } from "../../../values/error.ts";
import { Fields } from "../decode/fields.ts";
import { jsonLines } from "../decode/json-lines.ts";
import type { PodmanCall, PodmanRequest } from "./call.ts";
import { isLoopbackRegistry, registryOf } from "./image-name.ts";

/**
 * Podman sends nothing while it downloads a layer, so this is also the limit for one layer.
 * Other calls detect a hanging podman sooner.
 */
export const PULL_IDLE_MS = 15 * 60_000;

export interface PullOptions {
  readonly image: string;
  readonly onProgress: (line: string) => void;
}

/** @throws McpError E_IMAGE with the registry's reason, or when the reference has no registry. */
export async function pullImage(
  call: PodmanCall,
  { image, onProgress }: PullOptions,
  signal: AbortSignal,
): Promise<void> {
  const plain: Record<string, string> = isLoopbackRegistry(registryOf(image)) ? { tlsVerify: "false" } : {};
  const request: PodmanRequest = {
    what: `podman pull ${image}`,
    method: "POST",
    path: "/images/pull",
    query: { reference: image, policy: "always", ...plain },
    expect: [200],
    limitMs: PULL_IDLE_MS,
    codeOf: () => "E_IMAGE",
  };
  const end = { arrived: false };
  for await (const line of jsonLines(call.open(request, signal), "pull")) {
    const report = new Fields(line, "pull");
    if (report.has("error")) throw new McpError("E_IMAGE", `image ${image}: ${report.text("error")}`);
    if (report.has("stream")) onProgress(report.text("stream").trimEnd());
    end.arrived ||= report.has("id");
  }
  if (!end.arrived) throw new McpError("E_IMAGE", `image ${image}: the pull ended without an image`);
}
