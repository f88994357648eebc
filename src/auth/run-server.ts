/** `mcp-auth server`: the login exchange until SIGTERM, SIGINT or SIGHUP; a second signal stops it at once. */
import { setTimeout as delay } from "node:timers/promises";
import { serveExchange } from "../bus/requests/exchange-server.ts";
import { endSignal } from "../service/end-signal.ts";
import { createLogger, type ProgramLog } from "../service/logger.ts";
import { RepeatedProblems } from "../service/repeated-problems.ts";
import { messageOf } from "../values/error.ts";
import { VERSION } from "../values/version.ts";
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
  const log = createLogger({ level: settings.log.level, env });
  const { exchange, keys, curve, signer } = await openExchange(settings, log);
  const { validate, serverUrl } = settings.mcias;
  const facts = { version: VERSION, pid: process.pid, curve: curve.publicKey, signer: signer.publicKey };
  log.info({ ...facts, mcias: serverUrl, validate }, "login exchange starting");
  void keepFresh(keys, end);
  const problems = new RepeatedProblems();
  const server = serveExchange(settings.bus, {
    answer: exchange,
    onDropped: droppedLog(log),
    onProblem: (problem) => {
      const line = problems.lineFor(messageOf(problem));
      if (line !== undefined) log.warn({ code: problem.code, hint: problem.hint }, `bus: ${line}`);
    },
  });
  server.onConnect(() => {
    problems.forgetAll();
    log.info("listening for logins");
  }, end);
  await new Promise<void>((resolve) => end.addEventListener("abort", () => resolve(), { once: true }));
  await server.close();
  log.info("stopped; open sessions remain valid until they expire");
  return 0;
}

/** A key that MCIAS no longer uses must not be trusted for long. */
async function keepFresh(keys: MciasKeys, end: AbortSignal): Promise<void> {
  while (!end.aborted) {
    await keys.refresh();
    await delay(REFRESH_EVERY_MS, undefined, { signal: end, ref: false }).catch(() => undefined); // aborted: the loop ends
  }
}

/** A flood of bad logins logs one line a minute. */
function droppedLog(log: ProgramLog): (reason: string) => void {
  const state = { count: 0, loggedAtMs: 0 };
  return (reason) => {
    state.count += 1;
    if (Date.now() - state.loggedAtMs < 60_000) return;
    log.warn({ reason, dropped: state.count }, "dropped logins unread");
    Object.assign(state, { count: 0, loggedAtMs: Date.now() });
  };
}
