/**
 * The port to files below the files root. plain-files.ts implements it with the agent's own permissions, helper-files.ts
 * with a process that may also use the ids of the agent's containers; helper-fallback.ts chooses between them.
 */
import type { FileFacts, FileOwner } from "../../schemas/wire/request.ts";
import type { FileAddress } from "./file-address.ts";

export interface ReceiveOrder {
  readonly place: FileAddress;
  readonly transfer: string;
  readonly size: number;
  /** Permission bits. */
  readonly mode: number;
  /** Absent: the owner of the file that is replaced, or the agent's user. */
  readonly owner?: FileOwner;
}

/** A file being written under a temporary name in its directory. `commit` or `discard` finishes it. */
export interface IncomingFile {
  /** Accepts one piece while the previous one is still being written. @throws McpError E_FILE if that failed */
  write(data: Uint8Array): Promise<void>;
  /** Moves the file into place, durably. @throws McpError E_FILE */
  commit(): Promise<{ readonly replaced: boolean }>;
  /** Removes what was written. Never throws. Does nothing after the end. */
  discard(): Promise<void>;
}

/** A file being read. */
export interface OutgoingFile {
  readonly file: FileFacts;
  /** Its bytes, once; no more than `file.size`. */
  bytes(): AsyncIterable<Uint8Array>;
  /** Call it after `bytes`: true if the file is longer now than `file.size`. */
  hasGrown(): Promise<boolean>;
  close(): Promise<void>;
}

export interface FileListing {
  readonly files: readonly FileFacts[];
  /** Paths that are neither a file nor a directory, or whose name is not valid text. */
  readonly skipped: readonly string[];
}

export interface FileAccess {
  /** @throws McpError E_FILE (disk full, not a file, a symbolic link in the path, no permission); then nothing is changed */
  receive(order: ReceiveOrder): Promise<IncomingFile>;
  /** @throws McpError E_NOT_FOUND, E_FILE */
  send(place: FileAddress): Promise<OutgoingFile>;
  /** The file, or every file below the directory, by path. @throws McpError E_NOT_FOUND, E_FILE */
  list(place: FileAddress): Promise<FileListing>;
  /** Removes the half-written file of a transfer that ended with its agent. @throws McpError E_FILE */
  removeTemp(place: FileAddress, transfer: string): Promise<void>;
}
