/** `mcp whoami`: the identity that this workstation uses on the bus, and when it expires. Reads files only. */
import { readTextIfThere } from "../../disk/read-text.ts";
import type { WhoamiOutput } from "../../schemas/output/login-output.ts";
import { parseCreds } from "../../trust/creds-file.ts";
import { McpError } from "../../values/error.ts";
import { present } from "../../values/present.ts";
import { BaseCommand } from "../base/base-command.ts";
import { readSession, sessionFacts } from "../login/session-file.ts";
import { line, sessionLines, untilText } from "../login/session-lines.ts";
import { readToken, tokenFacts } from "../login/token-file.ts";
import type { AuthSettings } from "../settings/read-settings.ts";

export class WhoamiCommand extends BaseCommand {
  static override paths = [["whoami"]];
  static override usage = BaseCommand.describe({
    category: "Bus and access",
    description: "Show the current identity, its rights and when it expires",
    details: `It reads files only and does not ask the bus, which may have revoked these credentials. The credentials in [bus] creds come
before a login.`,
    examples: [["See who you are, what you may do, and for how long", "$0 whoami"]],
  });

  async run() {
    const { bus, auth, context } = await this.settings();
    const nowMs = this.context.now();
    const identity = bus?.creds === undefined ? await byLogin(auth, nowMs) : await byCredentials(bus.creds, nowMs);
    const output = { ...present({ context }), ...identity };
    if (this.json) this.out.document(output satisfies WhoamiOutput);
    else this.#show(output);
    return undefined;
  }

  #show({ context, by, path, user, publicKey, token }: WhoamiOutput): void {
    if (context !== undefined) this.out.print(...line("context", context));
    if (by === "nothing") {
      this.out.print("nobody: no credentials in [bus] creds, and no login");
      this.out.note("join a bus with the bundle that you got (`mcp join <bundle>`), or log in (`mcp login`);");
      this.out.note("`mcp bus init <host>` creates a bus, `mcp dev` starts one for trying mcp out");
      return;
    }
    this.out.text(...line("by", by === "login" ? "login with MCIAS" : `credentials ${path}`));
    if (user !== undefined) for (const cells of sessionLines(user, this)) this.out.text(...cells);
    else if (publicKey !== undefined) this.out.print(...line("key", publicKey));
    else this.out.text(...line("session", "none yet: the next command gets one from the login exchange"));
    if (token !== undefined) this.out.print(...line("token", `${untilText(token, this)} (${token.subject})`));
    if (token?.expired === true) this.out.note("log in again: `mcp login`");
  }
}

async function byCredentials(path: string, nowMs: number): Promise<WhoamiOutput> {
  const text = await readTextIfThere(path, "E_CONFIG");
  if (text === undefined) throw new McpError("E_CONFIG", `${path}: no such credentials file`);
  const { jwt, key } = parsed(text, path);
  if (jwt === undefined) return { by: "credentials", path, publicKey: key.publicKey };
  return { by: "credentials", path, user: sessionFacts(jwt, nowMs) };
}

function parsed(text: string, path: string) {
  try {
    return parseCreds(text);
  } catch (cause) {
    throw new McpError("E_CONFIG", `credentials file ${path} cannot be used`, { cause });
  }
}

async function byLogin({ sessionPath, tokenPath }: AuthSettings, nowMs: number): Promise<WhoamiOutput> {
  const session = await readSession(sessionPath, nowMs);
  const token = await readToken(tokenPath);
  if (session === undefined && token === undefined) return { by: "nothing" };
  const facts = token === undefined ? undefined : tokenFacts(token, nowMs);
  const path = session === undefined ? undefined : sessionPath;
  return { by: "login", ...present({ path, user: session?.facts, token: facts }) };
}
