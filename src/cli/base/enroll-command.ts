/** What the commands that enroll share: the identity directory, and the bus as the one who holds it. */
import { Option } from "clipanion";
import type { AccountServer } from "../../bus/admin/account-server.ts";
import type { OperatorBus } from "../../bus/ports/operator-bus.ts";
import type { EventKind } from "../../schemas/wire/event.ts";
import { hasCode, messageOf } from "../../values/error.ts";
import { present } from "../../values/present.ts";
import type { Enrollment } from "../enroll/enrollment.ts";
import { type Act, operatorEvent } from "../fleet/operator-event.ts";
import type { IdentityDir } from "../identity/identity-dir.ts";
import { BaseCommand } from "./base-command.ts";

export abstract class EnrollCommand extends BaseCommand {
  identity = Option.String("--identity", {
    description: "directory with the bus's keys (default: $MCP_IDENTITY, else identity next to mcp.toml)",
  });

  /** The directory; undefined where there is none and nobody named one. @throws McpError E_CONFIG, E_NOT_FOUND */
  protected async identityDir(): Promise<IdentityDir | undefined> {
    try {
      return await this.requireIdentityDir();
    } catch (error) {
      const isNamed = this.identity !== undefined || Boolean(this.context.env["MCP_IDENTITY"]);
      if (isNamed || !hasCode(error, "E_NOT_FOUND")) throw error;
      return undefined;
    }
  }

  /** @throws McpError E_NOT_FOUND where there is none, E_CONFIG */
  protected async requireIdentityDir(): Promise<IdentityDir> {
    const { identityPath, openIdentityDir } = await import("../identity/identity-dir.ts");
    const { env, cwd } = this.context;
    const { path: settingsPath } = await this.settings();
    return await openIdentityDir(identityPath({ identity: this.identity, env, cwd, settingsPath }));
  }

  /** The bus with the keys of the identity directory; the workstation's own credentials may be missing or revoked. */
  protected async busWith(dir: IdentityDir | undefined): Promise<OperatorBus> {
    if (dir === undefined) return await this.bus();
    const { identityCreds } = await import("../enroll/identity-creds.ts");
    return await this.bus(identityCreds(dir, { author: this.context.author(), nowMs: this.context.now() }));
  }

  /** Connects the server's accounts and the bus, does the work, and lets go of the accounts again. */
  protected async enrolled<T>(dir: IdentityDir, work: (enrollment: Enrollment) => Promise<T>): Promise<T> {
    const { now, author } = this.context;
    const [bus, accounts] = await this.#connected(dir);
    try {
      return await work({ dir, bus, accounts, nowMs: now(), author: author() });
    } finally {
      await accounts.close();
    }
  }

  /** Publishes what was done as an event. Never fails: the change itself is done. */
  protected async publishDone(
    dir: IdentityDir | undefined,
    kind: EventKind,
    act: Pick<Act, "message" | "data">,
  ): Promise<void> {
    const author = this.context.author();
    const at = new Date(this.context.now()).toISOString();
    const { message, data } = act;
    try {
      const event = operatorEvent(kind, { at, author, message: `${author}: ${message}`, ...present({ data }) });
      await (await this.busWith(dir)).publishEvent(event);
    } catch (error) {
      this.out.warn(`it is done, but its event could not be published: ${messageOf(error)}`);
    }
  }

  async #connected(dir: IdentityDir) {
    const bus = await this.busWith(dir);
    const accounts: AccountServer = await this.context.openAccounts(this.choice, dir.enrollCreds);
    return [bus, accounts] as const;
  }
}
