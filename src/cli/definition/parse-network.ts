/** `network`: the name of a podman network, which the agent creates where it is missing. No network mode. */

import { PODMAN_NAME } from "../../schemas/service/volume-text.ts";
import type { Parsed } from "../../values/parsed.ts";

/** Words that podman takes for a mode rather than a name. */
const MODES = ["host", "none", "bridge", "private", "default", "slirp4netns", "pasta", "container", "ns"];

export function parseNetwork(text: string): Parsed<string> {
  const [word = ""] = text.split(":");
  if (MODES.includes(word))
    return { wrong: `"${text}" is a network mode, not the name of a network`, instead: '"mcpnet"' };
  if (PODMAN_NAME.test(text)) return { value: text };
  return { wrong: `"${text}" is no network name (letters, digits, _ . -)`, instead: '"mcpnet"' };
}
