/** The JSON files of an identity directory: checked when read, written atomically, changed only under the lock. */
import { join } from "node:path";
import type { IValidation } from "typia";
import { readPrivateText } from "../../disk/private-path.ts";
import { replacePrivateText } from "../../disk/replace-text.ts";
import {
  validateIdentityBusFile,
  validateIdentityServerFile,
  validateIssuedTrust,
  validateOperatorsFile,
  validateRevocations,
} from "../../schemas/generated/validators.ts";
import type { RevocationList } from "../../schemas/service/proof.ts";
import type {
  IdentityBusFile,
  IdentityServerFile,
  IssuedTrust,
  OperatorsFile,
} from "../../schemas/settings/identity-file.ts";
import { McpError } from "../../values/error.ts";
import { ifThere } from "../../values/if-there.ts";
import { whileLocked } from "./identity-lock.ts";

/** Every operator who ever got break-glass credentials. */
export const operatorsFile = (dir: string) => documentAt<OperatorsFile>(dir, "operators.json", validateOperatorsFile);
/** The last signed list of removed operators; missing until somebody is removed. */
export const revokedFile = (dir: string) => documentAt<RevocationList>(dir, "revoked.json", validateRevocations);
/** How others reach the bus. */
export const busFile = (dir: string) => documentAt<IdentityBusFile>(dir, "bus.json", validateIdentityBusFile);
/** What the servers' directories are rendered from. */
export const serverFile = (dir: string) =>
  documentAt<IdentityServerFile>(dir, "server.json", validateIdentityServerFile);
/** The trust that was last rendered for the servers. */
export const issuedFile = (dir: string) => documentAt<IssuedTrust>(dir, "issued.json", validateIssuedTrust);

export interface Document<T> {
  readonly path: string;
  read(): Promise<T | undefined>;
  /** Reads, changes and writes it under the lock; returns the new value. */
  change(change: Change<T | undefined, T>): Promise<T>;
}

function documentAt<T extends object>(dir: string, name: string, validate: Validate<T>): Document<T> {
  const path = join(dir, name);
  return {
    path,
    read: async () => (await readDocument(path, validate))?.value,
    change: (change) =>
      whileLocked(dir, async () => {
        const old = await readDocument(path, validate);
        const value = await change(old?.value);
        const text = render(value);
        if (text !== old?.text) await replacePrivateText(path, text, old?.text);
        return value;
      }),
  };
}

type Change<Old, New = Old> = (old: Old) => New | Promise<New>;
type Validate<T> = (input: unknown) => IValidation<T>;

const render = (document: object) => `${JSON.stringify(document, undefined, 2)}\n`;

async function readDocument<T>(
  path: string,
  validate: (input: unknown) => IValidation<T>,
): Promise<{ readonly text: string; readonly value: T } | undefined> {
  const text = await ifThere(readPrivateText(path));
  if (text === undefined) return undefined;
  const result = validate(parse(text));
  if (result.success) return { text, value: result.data };
  const at = result.errors[0]?.path ?? "$input";
  throw new McpError("E_CONFIG", `${path}: is damaged (${at})`, { hint: "put the file back from a backup" });
}

/** Undefined for text that is not JSON. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // the validator refuses it
  }
}
