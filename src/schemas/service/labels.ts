/**
 * The labels that mark a container as ours. Ownership is read from these and from nothing else, never from a name.
 */
export const LABEL = {
  service: "mcp.service",
  component: "mcp.component",
  node: "mcp.node",
  /** The generation that created the container; an unchanged component keeps the older one. */
  generation: "mcp.generation",
  /** Hash of the canonical component spec it was created from. */
  spec: "mcp.spec",
  /** Id stored before the container was created, which distinguishes incomplete replacements. */
  attempt: "mcp.attempt",
} as const;

/** Labels with this prefix are ours: a definition may not set them. */
export const LABEL_PREFIX = "mcp.";
