/** The rules of one component and the spec it becomes. Notes what is wrong and goes on. */

import {
  COMPONENT_DEFAULTS,
  CPU_BOUNDS,
  DURATION_BOUNDS,
  MAX_CONTAINER_NAME,
  MEMORY_BOUNDS,
} from "../../schemas/service/definition-defaults.ts";
import type { DraftComponent } from "../../schemas/service/draft-definition.ts";
import { parseImageReference } from "../../schemas/service/image-reference.ts";
import { parsePort } from "../../schemas/service/port-text.ts";
import { parseRestart } from "../../schemas/service/restart-text.ts";
import type { ComponentSpec } from "../../schemas/service/spec.ts";
import { parseBytes } from "../../values/bytes.ts";
import { parseDuration } from "../../values/duration.ts";
import { containerName, type ServiceName } from "../../values/names.ts";
import { isWrong, type Parsed } from "../../values/parsed.ts";
import { present } from "../../values/present.ts";
import { checkCapabilities } from "./check-capabilities.ts";
import { checkEnv } from "./check-env.ts";
import { checkHealth } from "./check-health.ts";
import { checkLabels } from "./check-labels.ts";
import { checkVolumes } from "./check-volumes.ts";
import { parseName } from "./parse-name.ts";
import { parseNetwork } from "./parse-network.ts";
import { parseUser } from "./parse-user.ts";
import type { TableCheck } from "./table-check.ts";

/** `service` is empty when the service's own name is missing or wrong. */
export function checkComponent(draft: DraftComponent, service: ServiceName, check: TableCheck): ComponentSpec {
  const ports = check.parseEach("ports", draft.ports, parsePort);
  return {
    name: check.parse("name", draft.name, (name) => parseComponentName(name, service)) ?? "",
    image: check.parse("image", draft.image, parseImage) ?? "",
    restart: check.parse("restart", draft.restart, parseRestart) ?? COMPONENT_DEFAULTS.restart,
    ports,
    volumes: checkVolumes(draft.volumes, check),
    cmd: check.parseEach("cmd", draft.cmd, withoutNul),
    env: checkEnv(draft.env, check),
    dependsOn: draft.depends_on ?? [],
    readOnly: draft.read_only ?? COMPONENT_DEFAULTS.readOnly,
    capDrop: checkCapabilities(draft.cap_drop, check),
    labels: checkLabels(draft.labels ?? {}, check),
    stopTimeoutMs:
      check.parse("stop_timeout", draft.stop_timeout, parseStopTimeout) ?? COMPONENT_DEFAULTS.stopTimeoutMs,
    minUpMs: check.parse("min_up", draft.min_up, parseMinUp) ?? COMPONENT_DEFAULTS.minUpMs,
    overlap: draft.overlap ?? COMPONENT_DEFAULTS.overlap,
    pull: draft.pull ?? COMPONENT_DEFAULTS.pull,
    ...present({
      network: check.parse("network", draft.network, parseNetwork),
      user: check.parse("user", draft.user, parseUser),
      memoryBytes: check.parse("memory", draft.memory, (text) => parseBytes(text, MEMORY_BOUNDS)),
      cpus: check.parse("cpus", draft.cpus, parseCpus),
      health: draft.health && checkHealth(draft.health, ports, check.within("health")),
    }),
  };
}

/** A container's name is also its name in DNS, so the two names together are bounded. */
function parseComponentName(text: string, service: ServiceName): Parsed<string> {
  const parsed = parseName(text);
  if (isWrong(parsed)) return parsed;
  const container = containerName(service, text);
  if (container.length <= MAX_CONTAINER_NAME) return parsed;
  return {
    wrong: `"${container}" is ${container.length} characters; a container's name has at most ${MAX_CONTAINER_NAME}`,
  };
}

/** The reference as it was written. */
function parseImage(text: string): Parsed<string> {
  const parsed = parseImageReference(text);
  return isWrong(parsed) ? parsed : { value: text };
}

function withoutNul(text: string): Parsed<string> {
  return text.includes("\0") ? { wrong: "holds a NUL character" } : { value: text };
}

function parseCpus(cpus: number): Parsed<number> {
  if (cpus >= CPU_BOUNDS.min && cpus <= CPU_BOUNDS.max) return { value: cpus };
  return { wrong: `${cpus} is outside ${CPU_BOUNDS.min} to ${CPU_BOUNDS.max}`, instead: "cpus = 1.5" };
}

/** Podman counts it in seconds. */
function parseStopTimeout(text: string): Parsed<number> {
  const parsed = parseDuration(text, DURATION_BOUNDS.stop_timeout);
  if (isWrong(parsed) || parsed.value % 1000 === 0) return parsed;
  return { wrong: `${text} is not whole seconds`, instead: `"${Math.ceil(parsed.value / 1000)}s"` };
}

function parseMinUp(text: string): Parsed<number> {
  return parseDuration(text, DURATION_BOUNDS.min_up);
}
