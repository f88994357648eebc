/** Which running containers an operator means, each as which component. Pure. */

import type { PsContainer } from "../../schemas/output/ps-output.ts";
import { McpError } from "../../values/error.ts";
import { type ComponentName, containerName, isName, NAME_RULE, type Selector } from "../../values/names.ts";
import { quoted } from "../../values/quoted.ts";

export interface Match {
  readonly component: ComponentName;
  readonly container: PsContainer;
  /** False when it was only found by its name's beginning. */
  readonly named: boolean;
}

/** Components by the names of their containers. @throws McpError E_USAGE */
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
      throw new McpError(
        "E_USAGE",
        `--container ${quoted(word)}: a container is one component, and a component one container`,
      );
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
    // The name of another service may begin with this one's.
    const isAnothers = container.service !== undefined && container.service !== selector.service;
    return !isNamed && isAnothers ? [] : [{ component, container, named: isNamed }];
  });
}

/** `<service>-<component>`, one word when both are equal. */
function byName({ name }: PsContainer, { service, component }: Selector): ComponentName | undefined {
  if (component !== undefined) return name === containerName(service, component) ? component : undefined;
  if (name === service) return service;
  const rest = name.startsWith(`${service}-`) ? name.slice(service.length + 1) : "";
  return isName(rest) && rest !== service ? rest : undefined;
}
