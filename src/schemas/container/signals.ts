/** Signals of Linux by name and number. The workstation that checks a definition may run another system, with other numbers. */
import { nearest } from "../../values/nearest.ts";
import type { Parsed } from "../../values/parsed.ts";

/** From number 1. */
const NAMES = (
  "HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU URG XCPU XFSZ " +
  "VTALRM PROF WINCH IO PWR SYS"
)
  .split(" ")
  .map((name) => `SIG${name}`);

const REALTIME = /^SIGRTMIN(?:\+(\d{1,2}))?$/;
const FIRST_REALTIME = 34;
const LAST = 64;

/** The number of a name that `parseSignal` returned. */
export function signalNumber(name: string): number {
  const [realtime, offset = 0] = REALTIME.exec(name) ?? [];
  return realtime === undefined ? NAMES.indexOf(name) + 1 : FIRST_REALTIME + Number(offset);
}

/** With or without `SIG`, in any case, or a number. */
export function parseSignal(text: string): Parsed<string> {
  const name = signalName(text.toUpperCase().replace(/^(?=RTMIN)/, "SIG"));
  const number = name === undefined ? 0 : signalNumber(name);
  if (name !== undefined && number >= 1 && number <= LAST) return { value: name };
  const near = nearest(`SIG${text.toUpperCase().replace(/^SIG/, "")}`, NAMES);
  const wrong = `"${text}" is not a signal of Linux`;
  return near === undefined ? { wrong, example: '"SIGINT"' } : { wrong, instead: `"${near}"` };
}

/** Podman 4 shows a number, podman 5 and images a name, also without SIG. @returns undefined for none */
export function signalName(shown: unknown): string | undefined {
  if (typeof shown !== "number" && typeof shown !== "string") return undefined;
  const number = Number(shown || Number.NaN);
  if (Number.isNaN(number)) return typeof shown === "string" && shown !== "" ? withSig(shown) : undefined;
  if (number < FIRST_REALTIME) return NAMES[number - 1] ?? String(number);
  return number === FIRST_REALTIME ? "SIGRTMIN" : `SIGRTMIN+${number - FIRST_REALTIME}`;
}

const withSig = (name: string) => (name.startsWith("SIG") ? name : `SIG${name}`);
