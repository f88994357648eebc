/**
 * The loop behind `[alerts]`: reads events from the store (whether or not the bus is connected), decides, and
 * calls the command, one call at a time. A decision is stored before it is carried out, so that a killed agent continues
 * where it stopped; a call that was under way is repeated.
 */
import type { ProgramLog } from "../../service/logger.ts";
import { messageOf } from "../../values/error.ts";
import { ChildController } from "../state/child-controller.ts";
import type { Clock } from "../state/clock.ts";
import type { Store } from "../store/store.ts";
import { describeEnd } from "./alert-command.ts";
import type { AlertCall } from "./alert-environment.ts";
import { type AlertRules, type AlertState, initialState, type Notice } from "./alert-state.ts";
import { afterEvent, afterTime, closeUnconfirmed, concernsAlerts, nextDueMs } from "./decide.ts";
import { MAX_NOTICES, MAX_TRIES, nextNotice, nextTryMs, without, withTry } from "./notices.ts";
import type { CommandEnd } from "./run-command.ts";

export interface AlertSettings extends AlertRules {
  readonly command: readonly string[];
}

export const NO_ALERTS: AlertSettings = { command: [], forMs: 0, cooldownMs: 0 };

export interface AlerterPorts {
  readonly settings: AlertSettings;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: ProgramLog;
  /** Calls the alert command; never rejects. */
  call(call: AlertCall, signal: AbortSignal): Promise<CommandEnd>;
  /** Keys (`keyOfDrift`) of all drifts that are open now. */
  openDrifts(): Promise<ReadonlySet<string>>;
}

const FACT = "alerts";
/** Events per read. */
const PAGE = 100;
/** Events are read this often even if nothing woke the alerter. */
const CHECK_EVERY_MS = 60_000;
const TROUBLE_PAUSE_MS = 5_000;

export class Alerter {
  readonly #ports: AlerterPorts;
  readonly #signal: AbortSignal;
  #state: AlertState;
  #stored = "";
  #woken: AbortController;
  #checkedMs = 0;
  #failing = false;
  /** Returns when the signal has aborted and no command is running. */
  readonly done: Promise<void>;

  constructor(ports: AlerterPorts, signal: AbortSignal) {
    this.#ports = ports;
    this.#signal = signal;
    this.#woken = new ChildController(signal);
    this.#state = initialState(ports.clock.now());
    this.done = this.#run();
  }

  /** There may be new events. */
  wake(): void {
    this.#woken.abort();
  }

  async #run(): Promise<void> {
    const { store, settings, log } = this.#ports;
    for (let loaded = false; !this.#signal.aborted; ) {
      try {
        if (!loaded) await this.#load();
        loaded = true;
        // Without a command nothing is remembered: a command that is set later starts from an empty state.
        if (settings.command.length === 0) return await forget(store);
        await this.#turn();
      } catch (error) {
        log.warn({ err: error }, `alerting: ${messageOf(error)}`);
        await this.#sleep(TROUBLE_PAUSE_MS, this.#signal);
      }
    }
  }

  async #load(): Promise<void> {
    const stored = (await this.#ports.store.fact(FACT)) || "{}";
    this.#state = { ...this.#state, ...JSON.parse(stored) };
    this.#stored = stored;
  }

  /** Considers all new events, then makes one call, or waits until something happens. */
  async #turn(): Promise<void> {
    const { clock, settings } = this.#ports;
    this.#woken.abort(); // releases the previous one
    this.#woken = new ChildController(this.#signal);
    await this.#takeEvents();
    await this.#closeUnconfirmed();
    await this.#save(afterTime(this.#state, { nowMs: clock.now(), rules: settings }));
    const nowMs = clock.now();
    const notice = nextNotice(this.#state.notices, nowMs);
    if (notice !== undefined) return await this.#send(notice);
    const times = [nextDueMs(this.#state), nextTryMs(this.#state.notices)].filter((time) => time !== undefined);
    const restMs = Math.min(CHECK_EVERY_MS, ...times.map((time) => Math.max(1, time - nowMs)));
    await this.#sleep(restMs, this.#woken.signal);
  }

  async #takeEvents(): Promise<void> {
    const { store, clock, settings } = this.#ports;
    for (let more = true; more && !this.#signal.aborted; ) {
      const events = await store.eventsAfter(this.#state.sequence, PAGE);
      const now = { nowMs: clock.now(), rules: settings };
      const state = events.reduce((next, event) => afterEvent(next, event, now), this.#state);
      // An event without any effect is not worth a write: reading it again has no effect either.
      if (events.some(({ kind }) => concernsAlerts(kind))) await this.#save(state);
      else this.#state = state;
      more = events.length === PAGE;
    }
  }

  async #closeUnconfirmed(): Promise<void> {
    const nowMs = this.#ports.clock.now();
    if (Math.abs(nowMs - this.#checkedMs) < CHECK_EVERY_MS) return;
    this.#checkedMs = nowMs;
    const open = await this.#ports.openDrifts();
    await this.#save(closeUnconfirmed(this.#state, (key) => open.has(key), nowMs));
  }

  async #send(notice: Notice): Promise<void> {
    const { settings, log, clock } = this.#ports;
    const { alert, event, resolves } = notice;
    if (notice.tries >= MAX_TRIES) return await this.#drop(notice);
    await this.#saveNotices(withTry(this.#state.notices, notice, clock.now()));
    const end = await this.#ports.call({ alert, event, ...(resolves && { resolves }) }, this.#signal);
    if (this.#signal.aborted && end.exitCode !== 0) return;
    if (end.exitCode === 0) {
      log.info({ alert, event: event.id, tookMs: Math.round(end.tookMs) }, `alert command called: ${event.message}`);
      if (this.#failing) log.info("the alert command works again");
      this.#failing = false;
      return await this.#saveNotices(without(this.#state.notices, notice));
    }
    if (!this.#failing)
      log.warn({ alert, event: event.id }, `the alert command fails: ${describeEnd(settings.command, end)}`);
    this.#failing = true;
    if (notice.tries + 1 >= MAX_TRIES) await this.#drop(notice);
  }

  async #drop(notice: Notice): Promise<void> {
    const { alert, event } = notice;
    this.#ports.log.error(
      { alert, event: event.id },
      `dropped an alert after ${MAX_TRIES} failed attempts: ${event.message}`,
    );
    await this.#saveNotices(without(this.#state.notices, notice));
  }

  async #saveNotices(notices: AlertState["notices"]): Promise<void> {
    await this.#save({ ...this.#state, notices });
  }

  /** Stores the state first, then uses it. */
  async #save(state: AlertState): Promise<void> {
    const text = JSON.stringify(state);
    const { store, log } = this.#ports;
    const full = state.notices.length === MAX_NOTICES && this.#state.notices.length < MAX_NOTICES;
    if (full) log.error(`${MAX_NOTICES} alerts are waiting for the alert command: the oldest are dropped from now on`);
    if (text !== this.#stored) await store.setFact(FACT, text);
    this.#stored = text;
    this.#state = state;
  }

  #sleep(ms: number, signal: AbortSignal): Promise<void> {
    return this.#ports.clock.sleep(ms, signal).catch(() => undefined);
  }
}

async function forget(store: Store): Promise<void> {
  if (await store.fact(FACT)) await store.setFact(FACT, "");
}
