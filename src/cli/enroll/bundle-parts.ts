/** The parts about the bus that every bundle has, from the identity directory. */
import type { BundleBus, BundleTrust } from "../../schemas/wire/bundle.ts";
import { present } from "../../values/present.ts";
import type { IdentityDir } from "../identity/identity-dir.ts";

export function busOf({ bus: { servers, ca, domain } }: IdentityDir): BundleBus {
  return { servers, ...present({ ca, domain }) };
}

/** @throws McpError E_CONFIG if a key is not in the directory */
export function trustOf({ identity }: IdentityDir): BundleTrust {
  return { signers: [identity["break-glass"].publicKey], exchange: [identity.exchange.publicKey] };
}
