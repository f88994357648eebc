/** `mcp logout`: removes token and session from this workstation, and revokes the token at MCIAS. */
import type { MciasServer } from "../../mcias/https-json.ts";
import { logOut } from "../../mcias/log-in.ts";
import type { LogoutOutput } from "../../schemas/output/login-output.ts";
import { messageOf } from "../../values/error.ts";
import { present } from "../../values/present.ts";
import { BaseCommand } from "../base/base-command.ts";
import { removeIfThere } from "../login/remove-if-there.ts";
import { readToken, tokenFacts } from "../login/token-file.ts";
import { timeText } from "../output/time.ts";

export class LogoutCommand extends BaseCommand {
  static override paths = [["logout"]];
  static override usage = BaseCommand.describe({
    category: "Bus and access",
    description: "Remove the login from this workstation, and revoke its token",
    details: `It removes token and session even if MCIAS does not answer. A copy of the session stays valid until it expires, an hour at
most.`,
    examples: [["Log out", "$0 logout"]],
  });

  async run() {
    const { auth, mcias } = await this.settings();
    const token = await readToken(auth.tokenPath).catch(() => undefined); // a damaged file is removed too
    const removed: string[] = [];
    for (const path of [auth.sessionPath, auth.tokenPath]) if (await removeIfThere(path)) removed.push(path);
    const server = mcias && { url: mcias.serverUrl, ...present({ ca: mcias.caCert }) };
    const revoked = token !== undefined && server !== undefined && (await this.#revoke(server, token));
    if (this.json) this.out.document({ removed, revoked } satisfies LogoutOutput);
    else this.out.print(removed.length === 0 ? "nobody was logged in" : "logged out");
    return undefined;
  }

  async #revoke(server: MciasServer, token: string): Promise<boolean> {
    const until = tokenFacts(token, this.context.now());
    if (until?.expired === true) return false;
    const revoked = await logOut(server, token, this.context.signal).catch((error: unknown) => messageOf(error));
    if (revoked === true) return true;
    const why = revoked === false ? "MCIAS did not confirm it" : revoked;
    const end = until?.expiresAt === undefined ? "they expire" : timeText(until.expiresAt, this);
    this.out.warn(`the token is removed here, but copies of it stay valid until ${end}: ${why}`);
    return false;
  }
}
