/** Writes the directory of the login exchange: its two keys, its credentials, and settings to complete. */
import { join } from "node:path";
import { ensurePrivateDirectory } from "../../disk/private-path.ts";
import type { FileResult } from "../../schemas/output/bus-output.ts";
import { authRights } from "../../schemas/wire/rights.ts";
import { renderAuthSettings } from "../../toml/auth-settings-text.ts";
import { userJwt } from "../../trust/claims.ts";
import { renderCreds } from "../../trust/creds-file.ts";
import { createKey, signingKeyOf } from "../../trust/keys.ts";
import type { IdentityDir } from "../identity/identity-dir.ts";
import { addSecret } from "./put-file.ts";

/** Existing files are kept. @throws McpError E_FILE */
export async function writeExchange(dir: string, { identity, bus }: IdentityDir): Promise<FileResult[]> {
  await ensurePrivateDirectory(dir);
  const { publicKey, seed } = createKey("user");
  const user = { name: "mcp-auth", publicKey, rights: authRights() };
  const texts = {
    "exchange.nk": `${identity.exchange.seed}\n`,
    "exchange-curve.nk": `${identity["exchange-curve"].seed}\n`,
    // Signed by the control account's own key: the exchange's keys are not enough to create another exchange.
    "auth.creds": renderCreds({ seed, jwt: userJwt(user, signingKeyOf(identity.control.seed)) }),
    ...(bus.ca === undefined ? {} : { "ca.pem": bus.ca }),
    "auth.toml": renderAuthSettings({
      servers: bus.servers,
      creds: "auth.creds",
      signingKey: "exchange.nk",
      curveKey: "exchange-curve.nk",
      account: identity.control.publicKey,
      ...(bus.ca === undefined ? {} : { ca: "ca.pem" }),
    }),
  };
  const results: FileResult[] = [];
  for (const [name, text] of Object.entries(texts)) results.push(await addSecret(join(dir, name), text));
  return results;
}
