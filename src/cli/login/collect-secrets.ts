/** The password and the one-time code of a login: asked at a terminal, or read from standard input for scripts. Never from the command line. */
import type { Readable } from "node:stream";
import { McpError } from "../../values/error.ts";
import { hasTerminal } from "../context/confirm.ts";
import type { CliContext } from "../context/context.ts";
import { askSecret } from "./ask-secret.ts";

export interface SecretOptions {
  /** The first line of standard input is the password, and with `totp` the second one the code. */
  readonly fromStdin: boolean;
  /** Read the code right away, not only when MCIAS asks for it. */
  readonly totp: boolean;
}

export interface Secrets {
  readonly password: string;
  readonly totpCode?: string;
}

const MAX_BYTES = 8 * 1024;
const PASSWORD = "Password:";
const CODE = "One-time code:";

/** @throws McpError E_USAGE if there is no terminal, or the input is empty */
export async function collectSecrets(context: CliContext, options: SecretOptions): Promise<Secrets> {
  if (options.fromStdin) return await secretsFrom(context, options.totp);
  requireTerminal(context);
  const password = requireText(await askSecret(context, PASSWORD), "password");
  return options.totp ? { password, totpCode: await askCode(context) } : { password };
}

/** Asks for the code after MCIAS demanded one. @throws McpError E_REFUSED if there is no terminal */
export async function askCodeAfterwards(context: CliContext, options: SecretOptions): Promise<string> {
  if (!options.fromStdin && hasTerminal(context)) return await askCode(context);
  throw new McpError("E_REFUSED", "MCIAS wants a one-time code as well", {
    hint: "repeat with `--totp`, and the code as the second line of standard input",
    details: { reason: "totp-required" },
  });
}

async function askCode(context: CliContext): Promise<string> {
  return readCode(await askSecret(context, CODE));
}

function requireTerminal(context: CliContext): void {
  if (hasTerminal(context)) return;
  throw new McpError("E_USAGE", "there is no terminal to ask for a password at", {
    hint: "give it on standard input: `mcp login --username kyle --password-stdin < file`",
  });
}

async function secretsFrom({ stdin }: CliContext, totp: boolean): Promise<Secrets> {
  const [password = "", code = ""] = (await textOf(stdin as Readable)).split(/\r?\n/);
  const secrets = { password: requireText(password, "password") };
  return totp ? { ...secrets, totpCode: readCode(code) } : secrets;
}

async function textOf(stdin: Readable): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of stdin) {
    parts.push(Buffer.from(part));
    if (parts.reduce((sum, { length }) => sum + length, 0) > MAX_BYTES) break;
  }
  return Buffer.concat(parts).toString();
}

function requireText(text: string, what: string): string {
  if (text !== "") return text;
  throw new McpError("E_USAGE", `no ${what} was given`, { hint: "nothing was sent" });
}

/** Spaces are allowed: apps show two groups of three digits. */
function readCode(text: string): string {
  const code = text.replaceAll(/\s/g, "");
  if (/^\d{6}$/.test(code)) return code;
  throw new McpError("E_USAGE", "a one-time code has six digits", { hint: "nothing was sent" });
}
