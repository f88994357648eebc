/** A new user of the bus: an nkey, whose public half stands in the server's configuration. */
import { createUser } from "@nats-io/nkeys";

export interface NkeyUser {
  readonly publicKey: string;
  /** The credentials file's text; to be kept with mode 0600. */
  readonly creds: string;
}

export function createNkeyUser(): NkeyUser {
  const pair = createUser();
  const seed = new TextDecoder().decode(pair.getSeed());
  const creds = `-----BEGIN USER NKEY SEED-----\n${seed}\n------END USER NKEY SEED------\n`;
  return { publicKey: pair.getPublicKey(), creds };
}
