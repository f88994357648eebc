/** `mcp-auth doctor`: shows what prevents the exchange from working, and how to fix each problem. */
import { Connection } from "../bus/connection/connection.ts";
import { fetchPublicKey } from "../mcias/ask.ts";
import type { DoctorCheck } from "../schemas/output/doctor-output.ts";
import { printChecks } from "../service/print-checks.ts";
import { McpError, messageOf } from "../values/error.ts";
import { present } from "../values/present.ts";
import { MciasKeys } from "./mcias-key.ts";
import { readKeys } from "./open-exchange.ts";
import type { ProgramOptions } from "./run-server.ts";
import { type ExchangeSettings, readExchangeSettings } from "./settings.ts";

/** @returns the exit code: 1 when a check fails; warnings leave it at 0. */
export async function runDoctor(options: ProgramOptions, json: boolean): Promise<number> {
  return printChecks(await examine(options), json);
}

async function examine({ config, env }: ProgramOptions): Promise<DoctorCheck[]> {
  const settings: { read?: ExchangeSettings } = {};
  const first = await check("settings", async () => {
    settings.read = await readExchangeSettings(config, env);
    return config ?? "the environment";
  });
  if (settings.read === undefined) return [first];
  const { read } = settings;
  return [first, ...(await Promise.all([keysCheck(read), mciasCheck(read), busCheck(read)]))];
}

function keysCheck(settings: ExchangeSettings): Promise<DoctorCheck> {
  return check("keys", async () => {
    const { curve, signer } = await readKeys(settings);
    return `logins are encrypted for ${curve.publicKey}, users are signed by ${signer.publicKey}`;
  });
}

/** Without MCIAS the cached key is enough, unless MCIAS must be asked about each token. */
async function mciasCheck({ mcias }: ExchangeSettings): Promise<DoctorCheck> {
  const server = { url: mcias.serverUrl, ...present({ ca: mcias.ca }) };
  const found = await check("mcias", async () => {
    const { x } = await fetchPublicKey(server, mcias.keyPath);
    return `${mcias.serverUrl} shows its key ${x.slice(0, 8)}…; tokens are checked ${mcias.validate}`;
  });
  if (found.result === "ok" || mcias.validate === "online") return found;
  const source = { fetch: () => Promise.reject(new Error("not now")), cache: mcias.keyCache, now: Date.now };
  const kept = new MciasKeys({ ...source, onProblem: () => undefined }).current();
  const isKept = await kept.then(
    () => true,
    () => false,
  );
  return isKept
    ? { ...found, result: "warn", message: `${found.message}; the key in ${mcias.keyCache} is used` }
    : found;
}

function busCheck({ bus }: ExchangeSettings): Promise<DoctorCheck> {
  return check("bus", async () => {
    const connection = await Connection.connected(
      { ...bus, name: "mcp-auth doctor", inboxPrefix: "_INBOX_auth" },
      () => undefined,
    );
    await connection.close();
    return bus.servers.join(", ");
  });
}

async function check(name: string, probe: () => Promise<string>): Promise<DoctorCheck> {
  try {
    return { name, result: "ok", message: await probe() };
  } catch (error) {
    if (!(error instanceof McpError)) throw error;
    return { name, result: "fail", message: messageOf(error), remedy: error.hint };
  }
}
