/** `mcp whoami`: as whom this workstation speaks to the bus, and until when. Reads files alone. */

import { readTextIfThere } from "../../disk/read-text.ts";
import type { WhoamiOutput } from "../../schemas/output/json-login-output.ts";
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
    description: "Show as whom this workstation speaks to the bus, and until when",
    details: `Asks nobody, so it says what the files here say; whether the bus and the nodes believe it is theirs to decide. Credentials that
[bus] creds names come before a login.`,
    examples: [["See who you are, what you may do, and for how long", "$0 whoami"]],
  });

  async run() {
    const { bus, auth } = await this.settings();
    const nowMs = this.context.now();
    const output = bus?.creds === undefined ? await byLogin(auth, nowMs) : await byCredentials(bus.creds, nowMs);
    if (this.json) this.out.document(output satisfies WhoamiOutput);
    else this.#show(output);
    return undefined;
  }

  #show({ by, path, user, publicKey, token }: WhoamiOutput): void {
    if (by === "nothing") {
      this.out.print("nobody: neither credentials ([bus] creds) nor a login");
      this.out.note(
        "log in with `mcp login`, or join a bus with the bundle that somebody gave you: `mcp join <bundle>`;",
      );
      this.out.note("`mcp bus init <host>` makes a bus of your own, `mcp dev` one for trying out");
      return;
    }
    this.out.print(...line("by", by === "login" ? "login at MCIAS" : `credentials ${path}`));
    if (user !== undefined) for (const cells of sessionLines(user)) this.out.print(...cells);
    else if (publicKey !== undefined) this.out.print(...line("key", publicKey));
    else this.out.print(...line("session", "none yet: the next command asks the exchange for one"));
    if (token !== undefined) this.out.print(...line("token", `${untilText(token)} (${token.subject})`));
    if (token?.expired === true) this.out.note("log in again: `mcp login`");
  }
}

async function byCredentials(path: string, nowMs: number): Promise<WhoamiOutput> {
  const text = await readTextIfThere(path, "E_CONFIG");
  if (text === undefined) throw new McpError("E_CONFIG", `${path}: there is no such credentials file`);
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
