/** The ports of the agent's file service. */
import type { FileBucket } from "../../bus/ports/file-transfers.ts";
import type { FileAccess } from "./file-access.ts";
import type { FileAddress } from "./file-address.ts";
import type { TempJournal } from "./temp-journal.ts";

/** The facts of a finished transfer, for its event. */
export interface MovedFacts {
  readonly place: FileAddress;
  readonly author: string;
  readonly size: number;
  readonly mode: number;
  readonly sha256: string;
}

export interface FilePorts {
  readonly bus: FileBucket;
  readonly files: FileAccess;
  readonly journal: TempJournal;
  readonly maxFileBytes: number;
  /** Ends with the agent's work. */
  readonly signal: AbortSignal;
  /** Resolves when leftovers of an earlier agent are removed. */
  cleanedUp(): Promise<void>;
  emit(kind: "file-pushed" | "file-pulled", facts: MovedFacts): Promise<void>;
  warn(what: string): (error: unknown) => void;
}
