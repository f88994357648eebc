/** Builds the agent's file service from its ports, and starts to remove leftovers of an earlier agent. */
import type { NodeBus } from "../../bus/ports/node-bus.ts";
import type { MakeEvent } from "../state/events.ts";
import type { EventDraft } from "../store/store.ts";
import { cleanUpTransfers } from "./clean-up-transfers.ts";
import { addressText } from "./file-address.ts";
import type { MovedFacts } from "./file-ports.ts";
import { withHelperFallback } from "./helper-fallback.ts";
import { helperFiles } from "./helper-files.ts";
import { plainFiles } from "./plain-files.ts";
import { createFileService, type FileService } from "./serve-files.ts";
import { tempJournal } from "./temp-journal.ts";

export interface FileSettings {
  /** Larger files are refused. */
  readonly maxBytes: number;
  /** Directory of the journal of half-written files; it must survive the agent. */
  readonly journalDir: string;
}

export interface OpenFilesPorts {
  readonly bus: NodeBus;
  readonly filesRoot: string;
  readonly fileSettings: FileSettings;
  readonly env: NodeJS.ProcessEnv;
  readonly makeEvent: MakeEvent;
  emit(...events: EventDraft[]): Promise<void>;
  warn(what: string): (error: unknown) => void;
}

export function openFiles(ports: OpenFilesPorts, signal: AbortSignal): FileService {
  const { bus, filesRoot: root, fileSettings, env, warn } = ports;
  const files = withHelperFallback(plainFiles(root), helperFiles({ root, env }));
  const journal = tempJournal(fileSettings.journalDir);
  return createFileService({
    bus: bus.files,
    files,
    journal,
    maxFileBytes: fileSettings.maxBytes,
    signal,
    cleanedUp: cleanUpTransfers({ bus, files, journal, warn }),
    emit: (kind, facts) => ports.emit(movedEvent(ports.makeEvent, kind, facts)),
    warn,
  });
}

function movedEvent(makeEvent: MakeEvent, kind: "file-pushed" | "file-pulled", facts: MovedFacts): EventDraft {
  const { place, author, size, mode, sha256 } = facts;
  const message = `${addressText(place)} was ${kind === "file-pushed" ? "pushed" : "pulled"} by ${author}`;
  const data = { path: place.path, size, mode: mode.toString(8), sha256 };
  return makeEvent(kind, message, { service: place.service, author, data });
}
