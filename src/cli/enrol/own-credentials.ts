/** The credentials file that this workstation works with, to tell whether somebody enrolled or removed is oneself. */
import { readText } from "../../disk/read-text.ts";
import { parseCreds } from "../../trust/creds-file.ts";

export interface OwnCredentials {
  readonly path: string;
  readonly text: string;
  /** Of the user. */
  readonly publicKey: string;
}

/** Undefined where there are none, or none that can be read: enrolment does not hang on them. */
export async function ownCredentials(path: string | undefined): Promise<OwnCredentials | undefined> {
  if (path === undefined) return undefined;
  try {
    const text = await readText(path, "E_CONFIG");
    return { path, text, publicKey: parseCreds(text).key.publicKey };
  } catch {
    return undefined; // whoever lost them gets new ones by the very commands that ask
  }
}
