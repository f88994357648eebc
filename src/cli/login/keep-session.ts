/**
 * Renews the session of a long command before it expires, while the token is valid. The bus closes a connection when its
 * session expires; the client then reconnects with the credentials in the file, so nothing else must change.
 */
import { setTimeout as delay } from "node:timers/promises";
import type { SessionFacts } from "../../schemas/output/login-output.ts";
import { hasCode, McpError } from "../../values/error.ts";
import { type ExchangeSettings, renewSession } from "./session.ts";
import { leftMs } from "./session-file.ts";
import { readToken, tokenFacts } from "./token-file.ts";

/** Renew this long before the end; a short session is renewed later. */
const AHEAD_MS = 60_000;
const AGAIN_AFTER_MS = 5_000;
/** Also if a clock error makes a new session look expired. */
const LEAST_WAIT_MS = 1_000;
/** setTimeout counts in 32 bits. */
const LONGEST_WAIT_MS = 86_400_000;

export interface KeepOptions {
  now(): number;
  /** Called once, when the session has expired and cannot be renewed. */
  onLost(reason: McpError): void;
  /** Called once for each period in which renewing fails but may succeed later. */
  onProblem(problem: unknown): void;
}

/** @returns a function that stops it */
export function keepSession(place: ExchangeSettings, session: SessionFacts, options: KeepOptions): () => void {
  const end = new AbortController();
  void keep(place, session, { ...options, signal: end.signal }).catch((error: unknown) => options.onProblem(error));
  return () => end.abort();
}

type Keeping = KeepOptions & { readonly signal: AbortSignal };

async function keep(place: ExchangeSettings, first: SessionFacts, keeping: Keeping): Promise<void> {
  const { now, signal, onLost } = keeping;
  const state = { session: first, troubled: false };
  for (;;) {
    const left = leftMs(state.session, now());
    const isLast = await endsWithToken(place, state.session, now());
    await pause(isLast ? left : Math.max(LEAST_WAIT_MS, left - Math.min(AHEAD_MS, left / 3)), signal);
    if (signal.aborted) return;
    if (leftMs(state.session, now()) > AHEAD_MS) continue;
    try {
      state.session = (await renewSession(place, now())).facts;
      state.troubled = false;
    } catch (error) {
      if (error instanceof McpError && hasCode(error, "E_REFUSED")) {
        await pause(leftMs(state.session, now()), signal); // it is valid until then
        return signal.aborted ? undefined : onLost(error);
      }
      if (!state.troubled) keeping.onProblem(error);
      state.troubled = true;
      await pause(AGAIN_AFTER_MS, signal);
    }
  }
}

/** True if the token expires with the session: then renewing cannot help. */
async function endsWithToken({ tokenPath }: ExchangeSettings, session: SessionFacts, nowMs: number): Promise<boolean> {
  const token = await readToken(tokenPath).catch(() => undefined); // renewing reports the cause
  const facts = token === undefined ? undefined : tokenFacts(token, nowMs);
  return facts !== undefined && session.expiresAt !== undefined && facts.expiresAt <= session.expiresAt;
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  const bounded = Math.min(Math.max(0, ms), LONGEST_WAIT_MS);
  await delay(bounded, undefined, { signal, ref: false }).catch(() => undefined); // aborted: the caller checks the signal
}
