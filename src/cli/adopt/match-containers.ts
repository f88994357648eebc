/** Finds the containers that a selector or `--container` names, with the component of each. Pure. */

import type { PsContainer } from "../../schemas/output/ps-output.ts";
import { McpError } from "../../values/error.ts";
import { type ComponentName, containerName, isName, NAME_RULE, type Selector } from "../../values/names.ts";
import { quoted } from "../../values/quoted.ts";

export interface Match {
  readonly component: ComponentName;
  readonly container: PsContainer;
  /** False if only the prefix of its name matched. */
  readonly named: boolean;
}

/** Parses `NAME=COMPONENT` words: components by container name. @throws McpError E_USAGE */
export function readNamed(words: readonly string[], { service, component }: Selector): ReadonlyMap<string, string> {
  const named = new Map<string, ComponentName>();
  for (const word of words) {
    const [, name = "", as = ""] = /^([^=]+)=([^=]+)$/.exec(word) ?? [];
    if (!isName(as)) {
      throw new McpError("E_USAGE", `--container ${quoted(word)} is not of the form NAME=COMPONENT`, {
        hint: `for example \`--container old-${service}=${component ?? "api"}\`; a component is ${NAME_RULE}`,
      });
    }
    if (component !== undefined && as !== component) {
      throw new McpError("E_USAGE", `--container ${quoted(word)} is not the component "${component}"`);
    }
    if (named.has(name) || [...named.values()].includes(as)) {
      throw new McpError("E_USAGE", `--container ${quoted(word)}: the container or the component is named twice`);
    }
    named.set(name, as);
  }
  return named;
}

export function matchContainers(
  containers: readonly PsContainer[],
  selector: Selector,
  named: ReadonlyMap<string, ComponentName>,
): Match[] {
  return containers.flatMap((container): Match[] => {
    const component = named.size > 0 ? named.get(container.name) : byName(container, selector);
    const isNamed = named.size > 0 || selector.component !== undefined;
    if (component === undefined) return [];
    // The name of another service may start with this one's.
    const isOtherService = container.service !== undefined && container.service !== selector.service;
    return !isNamed && isOtherService ? [] : [{ component, container, named: isNamed }];
  });
}

/** `<service>-<component>`, or only `<service>` if both are equal. */
function byName({ name }: PsContainer, { service, component }: Selector): ComponentName | undefined {
  if (component !== undefined) return name === containerName(service, component) ? component : undefined;
  if (name === service) return service;
  const rest = name.startsWith(`${service}-`) ? name.slice(service.length + 1) : "";
  return isName(rest) && rest !== service ? rest : undefined;
}
