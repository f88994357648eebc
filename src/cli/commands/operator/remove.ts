/** `mcp operator remove`: revokes a person's credentials; nodes refuse what they sign from now on. */
import { Option } from "clipanion";
import type { OperatorRemoveOutput } from "../../../schemas/output/access-output.ts";
import { readPersonName } from "../../arguments/arguments.ts";
import { EnrollCommand } from "../../base/enroll-command.ts";
import { confirm } from "../../context/confirm.ts";
import type { IdentityDir } from "../../identity/identity-dir.ts";

export class OperatorRemoveCommand extends EnrollCommand {
  static override paths = [["operator", "remove"]];
  static override usage = EnrollCommand.describe({
    category: "Bus and access",
    description: "Remove an operator and revoke their credentials",
    details: `It adds them to the signed revocation list, so that every node refuses what they sign, and the server closes their connection.
What they deployed keeps running. It is safe to run again after a failure: it does what is still missing.

Without --force it refuses to remove the credentials of this workstation, and the last admin. A person with the identity
directory can always create new credentials with \`mcp operator add\`, which needs only the keys in that directory.`,
    examples: [
      ["Remove an operator, after a question", "$0 operator remove bob"],
      ["In a script", "$0 operator remove bob --yes"],
    ],
  });

  name = Option.String({ name: "operator", required: true });
  yes = Option.Boolean("-y,--yes", false, { description: "do not ask" });
  force = Option.Boolean("--force", false, { description: "also if it is yourself or the last admin" });

  async run() {
    const name = readPersonName("operator remove", this.name);
    const dir = await this.requireIdentityDir();
    const { removeOperator, requireOperator } = await import("../../enroll/remove-operator.ts");
    await requireOperator(dir, name);
    if (!this.force) await this.#refuseLastAdmin(dir, name);
    await confirm(this.context, {
      question: `Revoke the credentials of ${name}?`,
      yes: this.yes,
      consequence: `this revokes the credentials of ${name}`,
    });
    const records = await this.enrolled(dir, (enrollment) => removeOperator(enrollment, name));
    const revoked = records.map(({ publicKey }) => publicKey);
    if (this.json) this.out.document({ name, revoked } satisfies OperatorRemoveOutput);
    else this.out.print(`${name}: removed; the credentials are revoked`);
    await this.publishDone(dir, "operator-removed", { message: `${name} removed`, data: { name, revoked } });
    const { serverFile } = await import("../../identity/identity-documents.ts");
    if ((await serverFile(dir.path).read()) !== undefined) {
      this.out.note(
        "to keep this in nats.conf too, in case the server loses its data: `mcp bus config`, then copy it to the server",
      );
    }
    return undefined;
  }

  async #refuseLastAdmin(dir: IdentityDir, name: string): Promise<void> {
    const { refuseLastAdmin } = await import("../../enroll/last-admin.ts");
    const { ownCredentials } = await import("../../enroll/own-credentials.ts");
    const own = await ownCredentials((await this.settings()).bus?.creds);
    await refuseLastAdmin(dir, name, { own, nowMs: this.context.now() });
  }
}
