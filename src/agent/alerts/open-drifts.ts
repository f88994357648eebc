/** The keys (see decide.ts) of all drifts that are open now, from the service cache and the orphan watch. */
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

/** These were reported as open, and are reported as closed once the component is quiet. */
function reportedWhileFlapping({ flapping = {} }: ServiceMemory): OpenDrift[] {
  return Object.values(flapping).flatMap(({ told }) => (told === undefined ? [] : [told]));
}
