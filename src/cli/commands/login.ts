/** `mcp login`: gets a token from MCIAS for a password, and exchanges it for a session on the bus. */
import { resolve } from "node:path";
import { Option } from "clipanion";
import { writeAtomically } from "../../disk/atomic-file.ts";
import { logIn } from "../../mcias/log-in.ts";
import type { LoginOutput, SessionFacts } from "../../schemas/output/login-output.ts";
import { McpError } from "../../values/error.ts";
import { present } from "../../values/present.ts";
import { BaseCommand } from "../base/base-command.ts";
import { ask, hasTerminal } from "../context/confirm.ts";
import { askCodeAfterwards, collectSecrets, type Secrets } from "../login/collect-secrets.ts";
import { removeIfThere } from "../login/remove-if-there.ts";
import { exchangeSettings, missingFor, renewSession } from "../login/session.ts";
import { sessionLines } from "../login/session-lines.ts";
import { timeText } from "../output/time.ts";
import type { CliSettings, MciasSettings } from "../settings/read-settings.ts";

const MCIAS_LINES = '[mcias]\nserver_url = "https://mcias.example.net:8443"';

export class LoginCommand extends BaseCommand {
  static override paths = [["login"]];
  static override usage = BaseCommand.describe({
    category: "Bus and access",
    description: "Log in with MCIAS, an optional identity service",
    details: `MCIAS is optional: with the credentials from a bundle no login is needed. The command asks for the password, and for a one-time
code if MCIAS wants one. It stores the token in a file (mode 0600) and exchanges it for a session on the bus, which commands renew
until the token expires. Secrets are never read from the command line or the environment.`,
    examples: [
      ["Log in", "$0 login"],
      ["As another user", "$0 login --username kyle"],
      ["From a script, with the password on standard input", "$0 login --username kyle --password-stdin"],
    ],
  });

  username = Option.String("--username", { description: "user name (default: asked for)" });
  passwordStdin = Option.Boolean("--password-stdin", false, {
    description: "read the password from the first line of standard input",
  });
  totp = Option.Boolean("--totp", false, {
    description: "send a one-time code: asked for, or the second line of standard input",
  });

  async run() {
    const settings = await this.settings();
    const mcias = requireMcias(settings);
    const username = await this.#username();
    const { token, expires_at: tokenExpiresAt } = await this.#token(mcias, username);
    const { tokenPath, sessionPath } = settings.auth;
    await removeIfThere(sessionPath); // it may belong to another person
    await writeAtomically(tokenPath, `${token}\n`);
    const place = exchangeSettings(settings);
    const session = place === undefined ? undefined : await this.#session(place);
    const missing = missingFor(settings);
    const output = { username, tokenPath, tokenExpiresAt, missing, ...present({ session }) } satisfies LoginOutput;
    if (this.json) this.out.document(output);
    else this.#show(output);
    if (settings.bus?.creds !== undefined) {
      this.out.warn(`commands still use ${settings.bus.creds}: remove \`creds\` from [bus] to use this login`);
    }
    return undefined;
  }

  async #username(): Promise<string> {
    const given = this.username ?? (this.passwordStdin || !hasTerminal(this.context) ? "" : await this.#askName());
    if (given !== "") return given;
    throw new McpError("E_USAGE", "no user name was given", { hint: "name it with `--username`" });
  }

  async #askName(): Promise<string> {
    return (await ask(this.context, "User name: ")).trim();
  }

  async #token(mcias: MciasSettings, username: string) {
    const { context } = this;
    const options = { fromStdin: this.passwordStdin, totp: this.totp };
    const { serverUrl, serviceName, tags, caCert } = mcias;
    const server = { url: serverUrl, ...present({ ca: caCert }) };
    const tryWith = (secrets: Secrets) => logIn(server, { username, serviceName, tags, ...secrets }, context.signal);
    const secrets = await collectSecrets(context, options);
    const first = await tryWith(secrets);
    if (first !== "totp-required") return first;
    const second = await tryWith({ ...secrets, totpCode: await askCodeAfterwards(context, options) });
    if (second !== "totp-required") return second;
    throw new McpError("E_REFUSED", "MCIAS asks for a one-time code again", { details: { reason: "totp-required" } });
  }

  /** If this fails the token stays, and the next command tries again. */
  async #session(place: Parameters<typeof renewSession>[0]): Promise<SessionFacts> {
    return (await renewSession(place, this.context.now())).facts;
  }

  #show({ username, tokenExpiresAt, session, missing, tokenPath }: LoginOutput): void {
    this.out.print(`${username} is logged in with MCIAS until ${timeText(tokenExpiresAt, this)}`);
    if (session !== undefined) for (const line of sessionLines(session, this)) this.out.text(...line);
    else this.out.warn(`no session on the bus: ${missing.join(", ")} not set; the token is in ${resolve(tokenPath)}`);
  }
}

function requireMcias({ mcias, path }: CliSettings): MciasSettings {
  if (mcias !== undefined) return mcias;
  throw new McpError("E_CONFIG", `${path}: no [mcias] section, so there is no server to log in to`, {
    hint: `add to that file:\n${MCIAS_LINES}`,
  });
}
