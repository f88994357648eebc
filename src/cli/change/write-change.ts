/**
 * Writes one change: the document, compare-and-set; the seen state of this workstation; the event for others. When the
 * document is written, a later failure does not undo it, so that is only a warning.
 */
import type { OperatorBus } from "../../bus/ports/operator-bus.ts";
import { type DesiredService, isTombstone } from "../../schemas/service/desired.ts";
import type { McpEvent } from "../../schemas/wire/event.ts";
import { McpError, messageOf } from "../../values/error.ts";
import { present } from "../../values/present.ts";
import { operatorEvent } from "../fleet/operator-event.ts";
import { refOf } from "./ancestry.ts";
import { overtakenError, storedAtConflict } from "./conflict.ts";
import { type Change, differencesOf } from "./make-change.ts";
import type { SeenStates } from "./seen-states.ts";

export interface WritePorts {
  readonly bus: OperatorBus;
  readonly seen: SeenStates;
  /** A problem that did not stop the change. */
  onProblem(text: string): void;
}

/** @throws McpError E_CONFLICT with `details: ConflictDetails` when somebody else wrote first; as OperatorBus.writeDesired */
export async function writeChange({ bus }: WritePorts, change: Change, document: DesiredService): Promise<void> {
  try {
    await bus.writeDesired(document, change.revision);
  } catch (error) {
    throw error instanceof McpError ? writeError(document, error) : error;
  }
}

/** A refused write as the operator sees it: who wrote first, with `details: ConflictDetails`. */
export function writeError(document: DesiredService, error: McpError): McpError {
  if (error.code !== "E_CONFLICT") return error;
  const stored = storedAtConflict(error);
  if (stored === undefined) return new McpError("E_CONFLICT", error.message, { cause: error });
  const want = isTombstone(document) ? undefined : document.spec;
  return overtakenError(stored.document, differencesOf(want, stored));
}

/** Records the state as seen and publishes the event. Never fails. */
export async function publishChange(ports: WritePorts, change: Change, document: DesiredService): Promise<void> {
  const published = ports.bus.publishEvent(eventOf(change, document)).catch((error) => {
    ports.onProblem(`the change is written, but its event could not be published: ${messageOf(error)}`);
  });
  await Promise.all([published, change.marksSeen ? remember(ports, document) : undefined]);
}

/** Records the state as seen, so that this workstation may overwrite it. Never fails. */
export async function remember({ seen, onProblem }: WritePorts, document: DesiredService): Promise<void> {
  try {
    await seen.write(document.node, document.service, refOf(document));
  } catch (error) {
    onProblem(
      `${messageOf(error)}; the next change of ${document.service} from this workstation will be reported as a conflict`,
    );
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
