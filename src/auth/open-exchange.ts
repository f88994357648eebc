/** Creates the exchange from its settings: keys from their files, MCIAS over TLS, the system's clock. */

import { fetchPublicKey, validateToken } from "../mcias/ask.ts";
import { type CurveKey, curveKeyOf, isPublicKey, type SigningKey, signingKeyOf } from "../trust/keys.ts";
import { McpError, messageOf } from "../values/error.ts";
import { present } from "../values/present.ts";
import { createExchange, type Exchange, type ExchangeLog } from "./exchange.ts";
import { MciasKeys } from "./mcias-key.ts";
import { readSeed } from "./read-seed.ts";
import type { ExchangeSettings } from "./settings.ts";

export interface OpenExchange {
  readonly exchange: Exchange;
  readonly keys: MciasKeys;
  readonly curve: CurveKey;
  readonly signer: SigningKey;
}

/** @throws McpError E_CONFIG for keys that are missing, readable by others, or of another kind */
export async function openExchange(settings: ExchangeSettings, log: ExchangeLog): Promise<OpenExchange> {
  const { mcias, roles, account, lifeMs } = settings;
  const { curve, signer } = await readKeys(settings);
  const server = { url: mcias.serverUrl, ...present({ ca: mcias.ca }) };
  const keys = new MciasKeys({
    fetch: () => fetchPublicKey(server, mcias.keyPath),
    cache: mcias.keyCache,
    now: Date.now,
    onProblem: (error) => log.warn({ problem: messageOf(error) }, "MCIAS's public key cannot be refreshed"),
  });
  const check = mcias.validate === "online" ? (token: string) => validateToken(server, token) : undefined;
  const ports = { keys, curve, signer, log, issuer: mcias.issuer, now: Date.now, ...present({ check }) };
  return { exchange: createExchange({ roles, account, lifeMs }, ports), keys, curve, signer };
}

/** @throws McpError E_CONFIG */
export async function readKeys(
  settings: Pick<ExchangeSettings, "curveKey" | "signingKey">,
): Promise<Pick<OpenExchange, "curve" | "signer">> {
  const curve = curveKeyOf(await readSeed(settings.curveKey));
  const signer = signingKeyOf(await readSeed(settings.signingKey));
  if (isPublicKey(signer.publicKey, "account")) return { curve, signer };
  throw new McpError("E_CONFIG", `${settings.signingKey}: not the seed of an account's signing key`);
}
