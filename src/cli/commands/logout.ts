/** `mcp logout`: the token and the session on this workstation are gone, and the token counts no more at MCIAS. */
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
    description: "Remove the login from this workstation, and tell MCIAS so",
    details: `Both files are removed whether MCIAS answers or not. A session that was copied before counts on to its end, an hour at most.`,
    examples: [["Log out", "$0 logout"]],
  });

  async run() {
    const { auth, mcias } = await this.settings();
    const token = await readToken(auth.tokenPath).catch(() => undefined); // what is no token is removed all the same
    const removed: string[] = [];
    for (const path of [auth.sessionPath, auth.tokenPath]) if (await removeIfThere(path)) removed.push(path);
    const server = mcias && { url: mcias.serverUrl, ...present({ ca: mcias.caCert }) };
    const revoked = token !== undefined && server !== undefined && (await this.#revoke(server, token));
    if (this.json) this.out.document({ removed, revoked } satisfies LogoutOutput);
    else this.out.print(removed.length === 0 ? "nobody was logged in here" : "logged out");
    return undefined;
  }

  async #revoke(server: MciasServer, token: string): Promise<boolean> {
    const until = tokenFacts(token, this.context.now());
    if (until?.expired === true) return false;
    const told = await logOut(server, token, this.context.signal).catch((error: unknown) => messageOf(error));
    if (told === true) return true;
    const why = told === false ? "MCIAS did not say so" : told;
    this.out.warn(
      `the token counts until ${until?.expiresAt === undefined ? "its end" : timeText(until.expiresAt, this)} wherever it was copied to: ${why}`,
    );
    return false;
  }
}
