/**
 * Values in the desired bucket that count for nothing (trust/stored-intent.ts): what to say of them, and whether this
 * workstation may write over them. Pure.
 */
import type { JunkDesired } from "../../bus/ports/operator-bus.ts";
import { McpError } from "../../values/error.ts";
import { quoted } from "../../values/quoted.ts";

/** Warnings of one command; the rest is the business of `mcp doctor`. */
const MAX_WARNINGS = 8;

export function junkText({ node, service, revision, reason, author }: JunkDesired): string {
  const who = author === undefined ? "" : ` by ${quoted(author)}`;
  return `${service}@${node}: what the bus holds${who} (revision ${revision}) counts for nothing: ${reason}`;
}

/** Warns of each once, up to a bound. */
export function junkWarning(warn: ((text: string) => void) | undefined): (junk: JunkDesired) => void {
  const texts = new Set<string>();
  return (junk) => {
    const text = junkText(junk);
    if (texts.has(text) || texts.size > MAX_WARNINGS) return;
    texts.add(text);
    warn?.(texts.size > MAX_WARNINGS ? "there is more that counts for nothing: see `mcp doctor`" : text);
  };
}

/** Somebody put junk over the state of a service: only `--force` writes over it, since these keys may be out of date. */
export function junkError(junk: JunkDesired): McpError {
  const { service } = junk;
  if (junk.needsKeys) return keysError(junk);
  return new McpError("E_CONFLICT", junkText(junk), {
    hint: `write over it with \`mcp deploy ${service} --force\`, or put back what the node accepted with \`mcp sync --reseed\``,
  });
}

/** Without keys this workstation cannot know what counts on a bus whose operators sign. */
export function keysError(junk: JunkDesired): McpError {
  const text = `${junkText(junk)}; operators sign here, and this workstation has no keys to judge what they wrote`;
  return new McpError("E_REFUSED", text, { hint: "set `signers` of [trust] in mcp.toml, or run `mcp join` again" });
}
