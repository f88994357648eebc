/** Who somebody is on the bus, as lines for people. */
import type { SessionFacts } from "../../schemas/output/login-output.ts";
import { type Cell, styled } from "../output/cell.ts";

export function sessionLines({ name, role, nodes, services, publicKey, issuer, ...until }: SessionFacts): Cell[][] {
  return [
    line("name", name),
    line("role", role),
    line("nodes", listText(nodes)),
    line("services", listText(services)),
    line("key", publicKey),
    line("issuer", issuer),
    line("session", untilText(until)),
  ];
}

export function line(what: string, value: string): Cell[] {
  return [styled("dim", what.padEnd(10)), value];
}

/** `until …`, or that it is over. */
export function untilText({ expiresAt, expired }: { readonly expiresAt?: string; readonly expired: boolean }): string {
  if (expiresAt === undefined) return "without end";
  return expired ? `over since ${expiresAt}` : `until ${expiresAt}`;
}

function listText(patterns: readonly string[]): string {
  if (patterns.includes("*")) return "all";
  return patterns.length === 0 ? "none" : patterns.join(", ");
}
