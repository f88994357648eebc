/** A new user of the bus: an nkey, whose public half stands in the server's configuration. */
import { renderCreds } from "./creds-file.ts";
import { createKey } from "./keys.ts";

export interface NkeyUser {
  readonly publicKey: string;
  /** The credentials file's text; to be kept with mode 0600. */
  readonly creds: string;
}

export function createNkeyUser(): NkeyUser {
  const { publicKey, seed } = createKey("user");
  return { publicKey, creds: renderCreds({ seed }) };
}
