/** `mcp-auth server`: the login exchange until SIGTERM, SIGINT or SIGHUP; a second signal ends it at once. */
import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "pino";
import { serveExchange } from "../bus/requests/exchange-server.ts";
import { endSignal } from "../service/end-signal.ts";
import { messageOf } from "../values/error.ts";
import { VERSION } from "../values/version.ts";
import { createLogger } from "./logger.ts";
import { type MciasKeys, REFRESH_EVERY_MS } from "./mcias-key.ts";
import { openExchange } from "./open-exchange.ts";
import { readExchangeSettings } from "./settings.ts";

export interface ProgramOptions {
  /** `--config` */
  readonly config: string | undefined;
  readonly env: NodeJS.ProcessEnv;
}

/** @returns the exit code. @throws McpError E_CONFIG */
export async function runServer({ config, env }: ProgramOptions): Promise<number> {
  const end = endSignal();
  const settings = await readExchangeSettings(config, env);
  const log = createLogger(settings.log.level);
  const { exchange, keys, curve, signer } = await openExchange(settings, log);
  const { validate, serverUrl } = settings.mcias;
  const facts = { version: VERSION, pid: process.pid, curve: curve.publicKey, signer: signer.publicKey };
  log.info({ ...facts, mcias: serverUrl, validate }, "login exchange starting");
  void keepFresh(keys, end);
  const server = serveExchange(settings.bus, {
    answer: exchange,
    onDropped: droppedLog(log),
    onProblem: (problem) => log.warn({ problem: messageOf(problem) }, "bus"),
  });
  server.onConnect(() => log.info("listening for logins"), end);
  await new Promise<void>((resolve) => end.addEventListener("abort", () => resolve(), { once: true }));
  await server.close();
  log.info("stopped; sessions that were given out go on");
  return 0;
}

/** A key that MCIAS no longer uses must not count for long. */
async function keepFresh(keys: MciasKeys, end: AbortSignal): Promise<void> {
  while (!end.aborted) {
    await keys.refresh();
    await delay(REFRESH_EVERY_MS, undefined, { signal: end, ref: false }).catch(() => undefined); // its abort is the end
  }
}

/** A flood makes one line a minute. */
function droppedLog(log: Logger): (reason: string) => void {
  const state = { count: 0, toldAtMs: 0 };
  return (reason) => {
    state.count += 1;
    if (Date.now() - state.toldAtMs < 60_000) return;
    log.warn({ reason, dropped: state.count }, "logins were dropped unread");
    Object.assign(state, { count: 0, toldAtMs: Date.now() });
  };
}
