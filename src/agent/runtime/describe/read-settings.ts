/** Reads from podman's inspect what a container has now. Pure. Needs no answer about its image. */
import { readContainer } from "../../../schemas/container/rows.ts";
import { entriesAt, textAt, textsAt } from "../../../values/json-tree.ts";
import type { ContainerSettings } from "../runtime.ts";
import { limitsOf, readPorts, restartOf } from "./read-spec.ts";
import { readVolumes } from "./read-volumes.ts";

export function readSettings(container: unknown): ContainerSettings {
  const networks = entriesAt(container, "NetworkSettings", "Networks");
  return {
    networkMode: textAt(container, "HostConfig", "NetworkMode"),
    networks: Object.fromEntries(networks.map(([name, network]) => [name, textsAt(network, "Aliases")])),
    ports: readPorts(container).value,
    volumes: readVolumes(container).value,
    env: envOf(container),
    restart: restartOf(container),
    ...limitsOf(container),
    fields: readContainer(container),
  };
}

function envOf(container: unknown): Record<string, string> {
  const lines = textsAt(container, "Config", "Env");
  return Object.fromEntries(lines.map((line) => [line.split("=", 1)[0] ?? "", line.slice(line.indexOf("=") + 1)]));
}
