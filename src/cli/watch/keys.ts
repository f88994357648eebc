/**
 * Keys typed at a picture that is redrawn. The terminal neither echoes them (they would corrupt the picture) nor turns
 * them into signals, so both are done here: `q` quits, Ctrl-C, Ctrl-Z and Ctrl-\ do what they always do.
 */
import type { Readable } from "node:stream";

const CTRL_C = "\u0003";
const CTRL_BACKSLASH = "\u001c";
const CTRL_Z = "\u001a";

/** An input that may be a terminal. */
export type KeyInput = Readable & { readonly isTTY?: boolean; setRawMode?(raw: boolean): unknown };

export interface Keys {
  /** Aborts when `q` is typed. */
  readonly quit: AbortSignal;
  /** Gives the terminal back as it was. */
  end(): void;
}

/** Reads keys until `end`; without a terminal nothing is read. */
export function readKeys(input: KeyInput): Keys {
  const quit = new AbortController();
  if (input.isTTY !== true || input.setRawMode === undefined) return { quit: quit.signal, end: () => undefined };
  // Node itself resets a raw terminal when the process exits, but not when a signal without a handler ends it.
  const setRaw = (raw: boolean) => input.setRawMode?.(raw);
  const resume = () => setRaw(true);
  const onData = (chunk: Buffer | string) => {
    for (const key of String(chunk)) {
      if (key === "q" || key === "Q") quit.abort();
      else if (key === CTRL_C) process.kill(process.pid, "SIGINT");
      else if (key === CTRL_BACKSLASH) process.kill(process.pid, "SIGQUIT");
      else if (key === CTRL_Z) {
        setRaw(false);
        process.kill(process.pid, "SIGTSTP");
      }
    }
  };
  const quitWithCore = () => {
    end();
    process.kill(process.pid, "SIGQUIT"); // now with its usual effect
  };
  const end = () => {
    process.off("SIGCONT", resume).off("SIGQUIT", quitWithCore);
    input.off("data", onData);
    setRaw(false);
    input.pause();
  };
  process.on("SIGCONT", resume).on("SIGQUIT", quitWithCore);
  input.on("data", onData);
  setRaw(true);
  return { quit: quit.signal, end };
}
