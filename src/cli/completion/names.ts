/** Names for completion, from the definitions here and from the bus, whatever of both answers in time. Never fails. */
import type { OperatorBus } from "../../bus/ports/operator-bus.ts";
import { isTombstone } from "../../schemas/service/desired.ts";
import type { CliContext } from "../context/context.ts";
import { endsBy } from "../context/with-grace.ts";
import { readAll } from "../definition/find-definition.ts";
import { readNodes } from "../fleet/fleet.ts";
import type { NameKind } from "./candidates.ts";

/** Somebody waits with a finger on the key. */
const PATIENCE_MS = 700;

/** One service on one node, with its components. */
interface Place {
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
  const places = found.flatMap((one) => one?.places ?? []);
  const nodes = [...found.flatMap((one) => one?.nodes ?? []), ...places.map(({ node }) => node)];
  return [...new Set(namesOf(kind, current, { places, nodes }))].sort();
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
  readonly places: readonly Place[];
  readonly nodes: readonly string[];
}

const EMPTY: Found = { places: [], nodes: [] };

function namesOf(kind: NameKind, current: string, { places, nodes }: Found): string[] {
  if (kind === "node") return [...nodes];
  if (kind === "component") return places.flatMap(({ components }) => components);
  const [, service, mark] = /^([^/@]*)([/@])/.exec(current) ?? [];
  if (kind === "service" || mark === undefined) return places.map((place) => place.service);
  const own = places.filter((place) => place.service === service);
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
  return { places: [...whole, ...broken], nodes: settings.nodes.map(({ name }) => name) };
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
  const places = stored.flatMap(({ document: d }) =>
    isTombstone(d) ? [] : [{ service: d.service, node: d.node, components: d.spec.components.map(({ name }) => name) }],
  );
  return { places, nodes: nodes.map(({ node }) => node) };
}
