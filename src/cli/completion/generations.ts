/** The generations that `rollback --to` can go back to: those that the bus keeps of a service, the newest first. */
import type { OperatorBus } from "../../bus/ports/operator-bus.ts";
import { isTombstone } from "../../schemas/service/desired.ts";
import { parseSelector } from "../../values/names.ts";
import type { CliContext } from "../context/context.ts";
import { endsBy } from "../context/ends-by.ts";

/** The user waits for the shell, so the bus gets this long. */
const PATIENCE_MS = 700;

/** @param typed the service as it is typed: `web`, `web@rift`. Never fails: without an answer in time there are none. */
export async function lookUpGenerations(context: CliContext, typed: string): Promise<string[]> {
  const source = fromBus(context, typed).catch(() => []);
  return (await endsBy(source, AbortSignal.abort(), PATIENCE_MS)) ?? [];
}

async function fromBus(context: CliContext, typed: string): Promise<string[]> {
  const bus = await context.openBus({ config: undefined });
  try {
    return await generationsOf(bus, typed);
  } finally {
    await bus.close();
  }
}

async function generationsOf(bus: OperatorBus, typed: string): Promise<string[]> {
  const selector = parseSelector(typed);
  if (selector === undefined) return [];
  const stored = await bus.listDesired({ service: selector.service });
  const nodes = stored.map(({ document }) => document.node);
  const asked = nodes.filter((node) => selector.node === undefined || node === selector.node);
  const histories = await Promise.all(asked.map((node) => bus.historyOf(node, selector.service)));
  const kept = histories.flatMap((history) =>
    history.slice(0, -1).flatMap(({ document }) => (isTombstone(document) ? [] : [document.generation])),
  );
  return [...new Set(kept)].sort((a, b) => b - a).map(String);
}
