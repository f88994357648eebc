/** The drifts that are open now, by the keys under which alerts know them: what the service cache and the orphan watch remember. */
import type { OpenDrift } from "../../schemas/service/drift.ts";
import type { ServiceCache } from "../state/service-cache.ts";
import type { ServiceMemory, Store } from "../store/store.ts";
import { knownOrphans } from "../watch/orphans.ts";
import { keyOfDrift } from "./decide.ts";

export async function openDrifts(
  services: Pick<ServiceCache, "all">,
  store: Pick<Store, "fact">,
): Promise<Set<string>> {
  const drifts = services.all().flatMap(({ service, memory }) => {
    const open = [...memory.drift, ...reportedWhileFlapping(memory)];
    return open.map(({ kind, component, containerName }) =>
      keyOfDrift({ service, component, drift: kind, container: containerName }),
    );
  });
  const orphans = Object.values(await knownOrphans(store)).map(({ name, service, component }) =>
    keyOfDrift({ service, component, drift: "orphan", container: name }),
  );
  return new Set([...drifts, ...orphans]);
}

/** Reported as open, and reported as closed once the component is quiet: until then consumers see it as open. */
function reportedWhileFlapping({ flapping = {} }: ServiceMemory): OpenDrift[] {
  return Object.values(flapping).flatMap(({ told }) => (told === undefined ? [] : [told]));
}
