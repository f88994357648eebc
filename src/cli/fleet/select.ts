/**
 * What a command acts on: `service[/component][@node]` as typed, and the stored services that it means. A selector that
 * matches nothing is an error with the nearest name, never an empty result.
 */

import type { OperatorBus, StoredDesired } from "../../bus/ports/operator-bus.ts";
import { type DesiredService, isTombstone } from "../../schemas/service/desired.ts";
import { McpError } from "../../values/error.ts";
import { NAME_RULE, parseSelector, type Selector } from "../../values/names.ts";
import { didYouMean } from "../../values/nearest.ts";
import { quoted } from "../../values/quoted.ts";

/** @throws McpError E_USAGE with the rule for names */
export function readSelector(text: string): Selector {
  const selector = parseSelector(text);
  if (selector !== undefined) return selector;
  throw new McpError("E_USAGE", `${quoted(text)} is not of the form service[/component][@node]`, {
    hint: `a name is ${NAME_RULE}`,
  });
}

/**
 * The stored documents a selector means, one a node; tombstones only with `retired`.
 * @throws McpError E_NOT_FOUND, naming the nearest service, node or component.
 */
export async function resolveSelector(
  bus: OperatorBus,
  selector: Selector,
  options: { readonly retired?: boolean } = {},
): Promise<StoredDesired[]> {
  const matches = await bus.listDesired({ service: selector.service });
  const known = matches.filter(({ document }) => options.retired || !isTombstone(document));
  if (known.length === 0) throw await unknownService(bus, selector, matches.length > 0);
  const onNode = known.filter(({ document }) => selector.node === undefined || document.node === selector.node);
  if (onNode.length === 0) throw notOnNode(selector, known);
  const withComponent = onNode.filter(({ document }) => hasComponent(document, selector.component));
  if (withComponent.length === 0) throw unknownComponent(selector, onNode);
  return withComponent;
}

async function unknownService(bus: OperatorBus, { service }: Selector, retired: boolean): Promise<McpError> {
  if (retired) return retiredError(service);
  const all = await bus.listDesired();
  const names = all.filter(({ document }) => !isTombstone(document)).map(({ document }) => document.service);
  return new McpError("E_NOT_FOUND", `the bus knows no service ${quoted(service)}${didYouMean(service, names)}`);
}

function retiredError(service: string): McpError {
  return new McpError("E_NOT_FOUND", `service ${quoted(service)} has been undeployed`, {
    hint: `bring it back with \`mcp deploy ${service}\`, or with \`mcp rollback ${service}\` as it was`,
  });
}

function notOnNode({ service, node = "" }: Selector, known: readonly StoredDesired[]): McpError {
  const nodes = known.map(({ document }) => document.node);
  const text = `service ${quoted(service)} is not on node ${quoted(node)}`;
  return withNames(text, { typed: node, known: nodes, intro: "it is on" });
}

function unknownComponent({ service, component = "" }: Selector, known: readonly StoredDesired[]): McpError {
  const names = [...new Set(known.flatMap(({ document }) => componentNames(document)))];
  const text = `service ${quoted(service)} has no component ${quoted(component)}`;
  return withNames(text, { typed: component, known: names, intro: "it has" });
}

const MAX_NAMES = 10;

/** The error with the nearest name, or else with the names there are: never with both. */
function withNames(
  text: string,
  { typed, known, intro }: { readonly typed: string; readonly known: readonly string[]; readonly intro: string },
): McpError {
  const near = didYouMean(typed, known);
  if (near !== "") return new McpError("E_NOT_FOUND", `${text}${near}`);
  const more = known.length > MAX_NAMES ? ` and ${known.length - MAX_NAMES} more` : "";
  return new McpError("E_NOT_FOUND", text, { hint: `${intro} ${known.slice(0, MAX_NAMES).join(", ")}${more}` });
}

function hasComponent(document: DesiredService, component: string | undefined): boolean {
  return component === undefined || componentNames(document).includes(component);
}

function componentNames(document: DesiredService): string[] {
  return isTombstone(document) ? [] : document.spec.components.map(({ name }) => name);
}
