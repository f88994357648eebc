/**
 * Names of services, components and nodes, and the container name that is built from them. A name is also a NATS subject
 * token, a file name and a part of a container name, so the grammar is strict. Nothing splits a container name: labels
 * (labels.ts) show who owns a container.
 */
export type ServiceName = string;
export type ComponentName = string;
export type NodeName = string;

/** 1 to 63 lower-case letters, digits and inner hyphens: a DNS label (RFC 1123). */
export const NAME_PATTERN = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

export const NAME_RULE = "1 to 63 lower-case letters, digits and hyphens, with no hyphen at either end";

export function isName(text: string): boolean {
  return NAME_PATTERN.test(text);
}

/** Name of a component's container: `<service>-<component>`, or only `<service>` if both are equal. */
export function containerName(service: ServiceName, component: ComponentName): string {
  return service === component ? service : `${service}-${component}`;
}

/** `service[/component][@node]`, as an operator types it. */
export interface Selector {
  readonly service: ServiceName;
  readonly component?: ComponentName;
  readonly node?: NodeName;
}

const SELECTOR = /^(?<service>[^/@]+)(?:\/(?<component>[^/@]+))?(?:@(?<node>[^/@]+))?$/;

/** Parses `service[/component][@node]`; undefined if it has another form or a part is not a valid name. */
export function parseSelector(text: string): Selector | undefined {
  const groups = SELECTOR.exec(text)?.groups;
  if (groups === undefined) return undefined;
  const { service, component, node } = groups;
  if (service === undefined || ![service, component, node].every((part) => part === undefined || isName(part))) {
    return undefined;
  }
  return { service, ...(component === undefined ? {} : { component }), ...(node === undefined ? {} : { node }) };
}
