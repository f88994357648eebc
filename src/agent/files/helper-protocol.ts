/**
 * What the agent and its file helper say to each other: one order as a JSON line on the helper's stdin, answers as JSON
 * lines on its stdout, bytes of files raw after the line that announces them. One order, one process.
 *   receive: → order · ← ok · → `size` bytes · → "commit" · ← ok      (stdin ending early discards the file)
 *   send:    → order · ← ok with the file · ← `size` bytes · ← ok with whether it has grown
 *   list, removeTemp: → order · ← ok
 */
import type { ReceiveOrder } from "./file-access.ts";
import type { FileAddress } from "./file-address.ts";

export type HelperOrder =
  | ({ readonly operation: "receive" } & ReceiveOrder)
  | { readonly operation: "send"; readonly place: FileAddress }
  | { readonly operation: "list"; readonly place: FileAddress }
  | { readonly operation: "removeTemp"; readonly place: FileAddress; readonly transfer: string };

export type HelperAnswer =
  | { readonly ok: unknown }
  | { readonly error: { readonly code: string; readonly message: string; readonly hint?: string } };

export const COMMIT = "commit";

/** The agent's hidden command that runs the helper; its only argument is the files root. */
export const HELPER_COMMAND = "file-helper";
