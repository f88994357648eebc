/**
 * Keeps a program of the trial set-up running, as systemd does with `Restart=always`: one that exits is started again after
 * a pause that doubles. A program that keeps exiting soon after its start is not started again.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { McpError } from "../../values/error.ts";
import { type Child, type Program, startChild } from "./children.ts";

export interface Supervision {
  /** Reports each exit that is followed by a restart. */
  onRestart(line: string): void;
  /** The first pause. */
  readonly pauseMs?: number;
}

/** An exit this soon after the start is a quick one; a longer run resets the count and the pause. */
const QUICK_MS = 15_000;
const MAX_QUICK_EXITS = 5;
const FIRST_PAUSE_MS = 250;

interface State {
  child: Child;
  readonly stopping: AbortController;
}

/** `ended` resolves only when the program is not started again; its cause is the last exit. */
export async function superviseChild(program: Program, supervision: Supervision): Promise<Child> {
  const state: State = { child: await startChild(program), stopping: new AbortController() };
  const ended = keepRunning(state, program, supervision);
  return {
    get pid() {
      return state.child.pid;
    },
    ended,
    lastProblem: () => state.child.lastProblem(),
    stop: async (patienceMs) => {
      state.stopping.abort();
      await state.child.stop(patienceMs);
      await ended;
    },
  };
}

async function keepRunning(state: State, program: Program, supervision: Supervision): Promise<McpError> {
  const { signal } = state.stopping;
  for (let quickExits = 0; ; ) {
    const startedAt = Date.now();
    const exit = await state.child.ended;
    if (signal.aborted) return exit;
    quickExits = Date.now() - startedAt < QUICK_MS ? quickExits + 1 : 1;
    if (quickExits >= MAX_QUICK_EXITS) return tooManyExits(program, exit, quickExits);
    supervision.onRestart(`${exit.message}; starting it again`);
    const pauseMs = (supervision.pauseMs ?? FIRST_PAUSE_MS) * 2 ** (quickExits - 1);
    await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return exit;
    state.child = await startChild(program);
    if (signal.aborted) await state.child.stop(0); // stopped while it was starting
  }
}

function tooManyExits({ name }: Program, { message, hint, cause }: McpError, times: number): McpError {
  const said = `${name} exited ${times} times soon after its start; the last time: ${message}`;
  return new McpError("E_NODE_FAILED", said, { hint, cause });
}
