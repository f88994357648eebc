/**
 * Puts one change on the bus: the document, compare-and-set; what this workstation has seen; the event that tells the
 * others. Once the document stands, nothing that fails afterwards undoes it, so that is a warning.
 */
import type { OperatorBus } from "../../bus/ports/operator-bus.ts";
import { type DesiredService, isTombstone } from "../../schemas/service/desired.ts";
import type { McpEvent } from "../../schemas/wire/event.ts";
import { McpError, messageOf } from "../../values/error.ts";
import { present } from "../../values/present.ts";
import { operatorEvent } from "../fleet/operator-event.ts";
import { overtakenError, standingOf } from "./conflict.ts";
import { type Change, differencesOf, refOf } from "./make-change.ts";
import type { SeenStates } from "./seen-states.ts";

export interface WritePorts {
  readonly bus: OperatorBus;
  readonly seen: SeenStates;
  /** Something that is wrong but did not stop the change. */
  onProblem(text: string): void;
}

/** @throws McpError E_CONFLICT with `details: ConflictDetails` when somebody was quicker; as OperatorBus.writeDesired */
export async function writeChange({ bus }: WritePorts, change: Change, document: DesiredService): Promise<void> {
  try {
    await bus.writeDesired(document, change.revision);
  } catch (error) {
    throw error instanceof McpError ? writeError(document, error) : error;
  }
}

/** A refused write as an operator is told of it: who was quicker, with `details: ConflictDetails`. */
export function writeError(document: DesiredService, error: McpError): McpError {
  if (error.code !== "E_CONFLICT") return error;
  const standing = standingOf(error);
  if (standing === undefined) return new McpError("E_CONFLICT", error.message, { cause: error });
  const want = isTombstone(document) ? undefined : document.spec;
  return overtakenError(standing.document, differencesOf(want, standing));
}

/** Remembers what now stands, and tells the others. Never fails. */
export async function announce(ports: WritePorts, change: Change, document: DesiredService): Promise<void> {
  const told = ports.bus.publishEvent(eventOf(change, document)).catch((error) => {
    ports.onProblem(`the change stands, but its event could not be published: ${messageOf(error)}`);
  });
  await Promise.all([told, change.marksSeen ? remember(ports, document) : undefined]);
}

/** From now on this workstation may overwrite this state. Never fails. */
export async function remember({ seen, onProblem }: WritePorts, document: DesiredService): Promise<void> {
  try {
    await seen.write(document.node, document.service, refOf(document));
  } catch (error) {
    onProblem(`${messageOf(error)}; the next change of ${document.service} from here will be taken for a conflict`);
  }
}

function eventOf({ differences, forced }: Change, document: DesiredService): McpEvent {
  const { service, node, author, at, generation, command, message } = document;
  return operatorEvent("operator-wrote", {
    service,
    at,
    message: `${author}: ${command} ${service}@${node}, generation ${generation}${forced ? ", forced" : ""}`,
    generation,
    author,
    data: { node, command, forced, fields: differences.map(({ field }) => field), ...present({ message }) },
  });
}
