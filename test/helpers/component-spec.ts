/** A component spec with every default filled in, for tests that care about a few fields. */
import type { ComponentSpec } from "../../src/schemas/service/spec.ts";

export function componentSpec(own: Partial<ComponentSpec> & Pick<ComponentSpec, "image">): ComponentSpec {
  return {
    name: "api",
    restart: { policy: "no" },
    ports: [],
    volumes: [],
    cmd: [],
    env: {},
    dependsOn: [],
    readOnly: false,
    capDrop: [],
    labels: {},
    stopTimeoutMs: 1_000,
    minUpMs: 0,
    overlap: false,
    pull: "missing",
    ...own,
  };
}
