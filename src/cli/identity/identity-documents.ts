/** The JSON files of an identity directory: read whole and checked, written in one step, changed by one at a time. */
import { join } from "node:path";
import type { IValidation } from "typia";
import { hasCode, McpError } from "../../schemas/error.ts";
import {
  validateIdentityBusFile,
  validateOperatorsFile,
  validateRevocations,
} from "../../schemas/generated/validators.ts";
import type { IdentityBusFile, OperatorRecord } from "../../schemas/identity-file.ts";
import type { RevocationList } from "../../schemas/proof.ts";
import { replacePrivateFile } from "../definition/replace-file.ts";
import { whileLocked } from "./identity-lock.ts";
import { readSecret } from "./secret-file.ts";

export const readBusFile = async (dir: string): Promise<IdentityBusFile | undefined> =>
  (await readDocument(join(dir, "bus.json"), validateIdentityBusFile))?.value;

/** Everybody who was ever given break-glass credentials; nobody when the file is not there. */
export async function readOperators(dir: string): Promise<readonly OperatorRecord[]> {
  return (await readDocument(operatorsPath(dir), validateOperatorsFile))?.value.operators ?? [];
}

/** The last list of removed operators that was signed; undefined while nobody was removed. */
export async function readRevoked(dir: string): Promise<RevocationList | undefined> {
  return (await readDocument(revokedPath(dir), validateRevocations))?.value;
}

/** Reads, changes and writes it while nobody else does. Returns what is there now. */
export async function changeOperators(dir: string, change: Change<readonly OperatorRecord[]>) {
  return await whileLocked(dir, async () => {
    const path = operatorsPath(dir);
    const old = await readDocument(path, validateOperatorsFile);
    const operators = await change(old?.value.operators ?? []);
    await replacePrivateFile(path, render({ version: 1, operators }), old?.text);
    return operators;
  });
}

/** The same for the list of removed operators; `change` signs the new one. */
export async function changeRevoked(dir: string, change: (old: RevocationList | undefined) => RevocationList) {
  return await whileLocked(dir, async () => {
    const path = revokedPath(dir);
    const old = await readDocument(path, validateRevocations);
    const list = change(old?.value);
    await replacePrivateFile(path, render(list), old?.text);
    return list;
  });
}

/** The same for how the bus is reached. */
export async function changeBusFile(dir: string, bus: IdentityBusFile): Promise<void> {
  await whileLocked(dir, async () => {
    const path = join(dir, "bus.json");
    const old = await readDocument(path, validateIdentityBusFile);
    await replacePrivateFile(path, render(bus), old?.text);
  });
}

type Change<T> = (old: T) => T | Promise<T>;

const operatorsPath = (dir: string) => join(dir, "operators.json");
const revokedPath = (dir: string) => join(dir, "revoked.json");
const render = (document: object) => `${JSON.stringify(document, undefined, 2)}\n`;

async function readDocument<T>(
  path: string,
  validate: (input: unknown) => IValidation<T>,
): Promise<{ readonly text: string; readonly value: T } | undefined> {
  const text = await readSecret(path).catch((error: unknown) => {
    if (hasCode(error, "E_NOT_FOUND")) return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const result = validate(parse(text));
  if (result.success) return { text, value: result.data };
  const at = result.errors[0]?.path ?? "$input";
  throw new McpError("E_CONFIG", `${path}: is damaged (${at})`, { hint: "put the file back from a backup" });
}

/** Undefined for what is no JSON; no document of ours is. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // which the validator then refuses
  }
}
