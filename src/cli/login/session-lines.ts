/** An identity on the bus, as lines for people. */
import type { SessionFacts } from "../../schemas/output/login-output.ts";
import { type Cell, styled } from "../../terminal/cell.ts";
import { type TimeStyle, timeText } from "../output/time.ts";

export function sessionLines(session: SessionFacts, times: TimeStyle): Cell[][] {
  const { name, role, nodes, services, publicKey, issuer, ...until } = session;
  return [
    line("name", name),
    line("role", role),
    line("nodes", listText(nodes)),
    line("services", listText(services)),
    line("key", publicKey),
    line("issuer", issuer),
    line("session", untilText(until, times)),
  ];
}

export function line(what: string, value: string): Cell[] {
  return [styled("dim", what.padEnd(10)), value];
}

/** `until …`, or when it expired. */
export function untilText(
  { expiresAt, expired }: { readonly expiresAt?: string; readonly expired: boolean },
  times: TimeStyle,
): string {
  if (expiresAt === undefined) return "does not expire";
  return `${expired ? "expired at" : "until"} ${timeText(expiresAt, times)}`;
}

function listText(patterns: readonly string[]): string {
  if (patterns.includes("*")) return "all";
  return patterns.length === 0 ? "none" : patterns.join(", ");
}
