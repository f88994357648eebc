/** `mcp operator remove`: what a person signed from now on counts nowhere, and their connection ends. */
import { Option } from "clipanion";
import type { OperatorRemoveOutput } from "../../../schemas/output/access-output.ts";
import { readPersonName } from "../../arguments/arguments.ts";
import { EnrolCommand } from "../../base/enrol-command.ts";
import { confirm } from "../../context/confirm.ts";
import type { IdentityDir } from "../../identity/identity-dir.ts";

export class OperatorRemoveCommand extends EnrolCommand {
  static override paths = [["operator", "remove"]];
  static override usage = EnrolCommand.describe({
    category: "Bus and access",
    description: "Revoke a person's credentials, everywhere",
    details: `Puts them on the signed list by which every node refuses what they sign, and has the server end their connection and take
no other. What they deployed before runs on. Typed again it does what is still to be done, so a lost connection does no harm.

Refused for the credentials that this workstation works with and for the last admin, unless --force. Whoever has the identity
directory gets in again by \`mcp operator add\`: it takes no credentials but the directory's keys.`,
    examples: [
      ["After asking", "$0 operator remove bob"],
      ["In a script", "$0 operator remove bob --yes"],
    ],
  });

  name = Option.String({ name: "operator", required: true });
  yes = Option.Boolean("-y,--yes", false, { description: "do not ask" });
  force = Option.Boolean("--force", false, { description: "although it is yourself, or the last admin" });

  async run() {
    const name = readPersonName("operator remove", this.name);
    const dir = await this.demandIdentityDir();
    if (!this.force) await this.#refuseLastWayIn(dir, name);
    await confirm(this.context, {
      question: `Revoke the credentials of ${name}?`,
      yes: this.yes,
      consequence: `this revokes the credentials of ${name}`,
    });
    const { removeOperator } = await import("../../enrol/remove-operator.ts");
    const records = await this.enrolled(dir, (enrolment) => removeOperator(enrolment, name));
    const revoked = records.map(({ publicKey }) => publicKey);
    if (this.json) this.out.document({ name, revoked } satisfies OperatorRemoveOutput);
    else this.out.print(`${name}: removed; the credentials count no more`);
    await this.tell(dir, "operator-removed", { message: `${name} removed`, data: { name, revoked } });
    const { serverFile } = await import("../../identity/identity-documents.ts");
    if ((await serverFile(dir.path).read()) !== undefined) {
      this.out.note(
        "so that nats.conf knows it too, should the server lose its data: `mcp bus config`, and copy it again",
      );
    }
    return undefined;
  }

  async #refuseLastWayIn(dir: IdentityDir, name: string): Promise<void> {
    const { refuseLastWayIn } = await import("../../enrol/last-admin.ts");
    const { ownCredentials } = await import("../../enrol/own-credentials.ts");
    const own = await ownCredentials((await this.settings()).bus?.creds);
    await refuseLastWayIn(dir, name, { own, nowMs: this.context.now() });
  }
}
