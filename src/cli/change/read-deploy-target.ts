/** What to deploy: a definition from the services directory or a file, and the part of it that is selected. */
import { resolve } from "node:path";
import type { ServiceSpec } from "../../schemas/service/spec.ts";
import { McpError } from "../../values/error.ts";
import type { NodeName, Selector } from "../../values/names.ts";
import { didYouMean } from "../../values/nearest.ts";
import type { CliContext } from "../context/context.ts";
import { findDefinition } from "../definition/find-definition.ts";
import { type Definition, readDefinition } from "../definition/read-definition.ts";
import { readSelector } from "../fleet/select.ts";

export interface DeployTarget {
  readonly definition: Definition;
  readonly spec: ServiceSpec;
  /** All nodes of the definition, or the selected one. */
  readonly nodes: readonly NodeName[];
  readonly selector: Selector;
}

export interface DeployTargetOptions {
  readonly service: string | undefined;
  readonly file: string | undefined;
  readonly config: string | undefined;
}

/** @throws McpError E_USAGE, E_NOT_FOUND, E_DEFINITION */
export async function readDeployTarget(context: CliContext, options: DeployTargetOptions): Promise<DeployTarget> {
  const { service, file } = options;
  if (service === undefined && file === undefined) {
    throw new McpError("E_USAGE", "name a service, or a definition with `-f <file>`");
  }
  const asked = service === undefined ? undefined : readSelector(service);
  const definition = await read(context, options, asked);
  const { spec } = definition;
  if (asked !== undefined && asked.service !== spec.name) {
    throw new McpError("E_USAGE", `${definition.path} defines service "${spec.name}", not "${asked.service}"`);
  }
  const selector = asked ?? { service: spec.name };
  return { definition, spec, selector, nodes: selectNodes(definition, selector) };
}

async function read(
  context: CliContext,
  options: DeployTargetOptions,
  asked: Selector | undefined,
): Promise<Definition> {
  if (options.file !== undefined) return await readDefinition(resolve(context.cwd, options.file));
  const { servicesDir } = await context.settings({ config: options.config });
  return await findDefinition(servicesDir, asked?.service ?? "");
}

function selectNodes({ nodes, path }: Definition, { node }: Selector): readonly NodeName[] {
  if (node === undefined) return nodes;
  if (nodes.includes(node)) return [node];
  throw new McpError("E_NOT_FOUND", `${path} does not name node "${node}"${didYouMean(node, nodes)}`, {
    hint: `it names ${nodes.join(", ")}`,
  });
}
