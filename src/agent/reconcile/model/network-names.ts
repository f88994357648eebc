/** The names by which the containers of a network find a component. */
import { type ComponentName, containerName, type ServiceName } from "../../../values/names.ts";

export function networkNames(service: ServiceName, component: ComponentName): string[] {
  return [...new Set([containerName(service, component), component])];
}
