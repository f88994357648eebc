/** The credentials file of this workstation, to recognize the operator who types the command. */
import { readText } from "../../disk/read-text.ts";
import { parseCreds } from "../../trust/creds-file.ts";

export interface OwnCredentials {
  readonly path: string;
  readonly text: string;
  /** Of the user. */
  readonly publicKey: string;
}

/** Undefined if there are none or they cannot be read: enrollment does not need them. */
export async function ownCredentials(path: string | undefined): Promise<OwnCredentials | undefined> {
  if (path === undefined) return undefined;
  try {
    const text = await readText(path, "E_CONFIG");
    return { path, text, publicKey: parseCreds(text).key.publicKey };
  } catch {
    return undefined; // a person who lost them gets new ones with the commands that ask here
  }
}
