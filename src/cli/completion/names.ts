/** Names for completion, from local definitions and from the bus, as far as both answer in time. Never fails. */
import type { OperatorBus } from "../../bus/ports/operator-bus.ts";
import { isTombstone } from "../../schemas/service/desired.ts";
import type { CliContext } from "../context/context.ts";
import { endsBy } from "../context/ends-by.ts";
import { readAll } from "../definition/find-definition.ts";
import { readNodes } from "../fleet/fleet.ts";
import type { NameKind } from "./candidates.ts";

/** A person has pressed Tab and waits. */
const PATIENCE_MS = 700;

/** One service on one node, with its components. */
interface ServiceOnNode {
  readonly service: string;
  readonly node: string;
  readonly components: readonly string[];
}

/** @param current what is typed so far: of a selector it decides whether components or nodes follow */
export async function lookUpNames(context: CliContext, kind: NameKind, current: string): Promise<string[]> {
  if (kind === "operator" || kind === "consumer") return await lookUpPeople(context, kind);
  if (kind === "context") return await lookUpContexts(context);
  if (kind === "key") return await lookUpKeys();
  const config = undefined;
  const sources = [fromDefinitions(context, config), fromBus(context, config)];
  const found = await Promise.all(
    sources.map((source) =>
      endsBy(
        source.catch(() => EMPTY),
        AbortSignal.abort(),
        PATIENCE_MS,
      ),
    ),
  );
  const services = found.flatMap((one) => one?.services ?? []);
  const nodes = [...found.flatMap((one) => one?.nodes ?? []), ...services.map(({ node }) => node)];
  return [...new Set(namesOf(kind, current, { services, nodes }))].sort();
}

async function lookUpContexts({ env }: CliContext): Promise<string[]> {
  const { contextNames } = await import("../settings/contexts.ts");
  return await contextNames(env);
}

/** Of definitions and settings files. */
async function lookUpKeys(): Promise<string[]> {
  const { referenceKeys } = await import("../reference/reference-key.ts");
  return [...new Set(referenceKeys().map(({ key }) => key))];
}

async function lookUpPeople(context: CliContext, kind: "operator" | "consumer"): Promise<string[]> {
  const { consumersOnBus, operatorsHere } = await import("./people.ts");
  const source = kind === "operator" ? operatorsHere(context) : consumersOnBus(context);
  const found = await endsBy(
    source.catch(() => []),
    AbortSignal.abort(),
    PATIENCE_MS,
  );
  return [...(found ?? [])].sort();
}

interface Found {
  readonly services: readonly ServiceOnNode[];
  readonly nodes: readonly string[];
}

const EMPTY: Found = { services: [], nodes: [] };

function namesOf(kind: NameKind, current: string, { services, nodes }: Found): string[] {
  if (kind === "node") return [...nodes];
  if (kind === "component") return services.flatMap(({ components }) => components);
  const [, service, mark] = /^([^/@]*)([/@])/.exec(current) ?? [];
  if (kind === "service" || mark === undefined) return services.map((one) => one.service);
  const own = services.filter((one) => one.service === service);
  if (current.includes("@")) {
    const stem = current.slice(0, current.indexOf("@"));
    return own.map(({ node }) => `${stem}@${node}`);
  }
  return own.flatMap(({ components }) => components.map((component) => `${service}/${component}`));
}

async function fromDefinitions(context: CliContext, config: undefined): Promise<Found> {
  const settings = await context.settings({ config });
  const { definitions, failures } = await readAll(settings.servicesDir);
  const whole = definitions.flatMap(({ spec, nodes }) =>
    nodes.map((node) => ({ service: spec.name, node, components: spec.components.map(({ name }) => name) })),
  );
  const broken = failures.map(({ name }) => ({ service: name, node: "", components: [] }));
  return { services: [...whole, ...broken], nodes: settings.nodes.map(({ name }) => name) };
}

async function fromBus(context: CliContext, config: undefined): Promise<Found> {
  const bus = await context.openBus({ config });
  try {
    return await readBus(bus);
  } finally {
    await bus.close();
  }
}

async function readBus(bus: OperatorBus): Promise<Found> {
  const [stored, nodes] = await Promise.all([bus.listDesired(), readNodes(bus)]);
  const services = stored.flatMap(({ document: d }) =>
    isTombstone(d) ? [] : [{ service: d.service, node: d.node, components: d.spec.components.map(({ name }) => name) }],
  );
  return { services, nodes: nodes.map(({ node }) => node) };
}
