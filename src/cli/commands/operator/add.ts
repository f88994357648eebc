/** `mcp operator add`: break-glass credentials for a person, in a bundle for their workstation. */
import { basename, resolve } from "node:path";
import { Option } from "clipanion";
import type { OperatorAddOutput } from "../../../schemas/output/access-output.ts";
import type { OperatorRecord } from "../../../schemas/settings/identity-file.ts";
import { covers, ROLES, SCOPE_PATTERN } from "../../../trust/operator-claims.ts";
import { McpError } from "../../../values/error.ts";
import { present } from "../../../values/present.ts";
import { readLife, readPersonName, readWord } from "../../arguments/arguments.ts";
import { EnrollCommand } from "../../base/enroll-command.ts";
import type { OperatorRequest } from "../../enroll/add-operator.ts";
import { changesOf } from "../../enroll/operator-grant.ts";
import { scopeText } from "../../enroll/scope-text.ts";
import type { IdentityDir } from "../../identity/identity-dir.ts";
import { shortPath } from "../../output/short-path.ts";
import { timeText, withShownTimes } from "../../output/time.ts";

export class OperatorAddCommand extends EnrollCommand {
  static override paths = [["operator", "add"]];
  static override usage = EnrollCommand.describe({
    category: "Bus and access",
    description: "Give a person credentials, in a bundle for their workstation",
    details: `The credentials work without a login. It writes one file, <name>.bundle, which \`mcp join\` reads on the other workstation.

Roles: a viewer reads reports and events; an operator also changes services, within --node and --service; an admin also manages
nodes and the bus. Each node checks role and scope of every signed change; the rights on the bus are a second check.

--renew gives the person new credentials and revokes all they had. Role, nodes, services and lifetime stay unless they are
given; the lifetime starts again. Changes are shown, old → new. If these are the credentials of this workstation, its credentials
file is replaced too.`,
    examples: [
      ["An operator for all services and nodes", "$0 operator add alice"],
      [
        "Only shops, only on nodes in the lab, for three months",
        "$0 operator add bob --service 'shop-*' --node 'lab-*' --expires 90d",
      ],
      ["A viewer", "$0 operator add carol --role viewer"],
      ["New credentials with the same rights", "$0 operator add bob --renew"],
    ],
  });

  name = Option.String({ name: "name", required: true });
  role = Option.String("--role", { description: `${ROLES.join(", ")} (default operator)` });
  node = Option.Array("--node", [], { description: "node or pattern such as `lab-*`, repeatable (default: all)" });
  service = Option.Array("--service", [], { description: "service or pattern, repeatable (default: all)" });
  expires = Option.String("--expires", {
    description: "lifetime, such as 90d (default: never)",
  });
  renew = Option.Boolean("--renew", false, { description: "new credentials for an operator; revoke the old ones" });
  outFile = Option.String("--out", { description: "file for the bundle (default: <name>.bundle)" });

  async run() {
    const asked = this.#request();
    const dir = await this.requireIdentityDir();
    const { addOperator } = await import("../../enroll/add-operator.ts");
    const { ownCredentials } = await import("../../enroll/own-credentials.ts");
    const request = { ...asked, ...present({ own: await ownCredentials((await this.settings()).bus?.creds) }) };
    const signing = { dir, nowMs: this.context.now() };
    const { record, old, bundle, installed } = await addOperator(signing, request, (work) => this.enrolled(dir, work));
    const changes = old === undefined || !request.renew ? undefined : changesOf(old, record);
    const output = { operator: record, bundle, ...present({ changes, installed }) } satisfies OperatorAddOutput;
    if (this.json) this.out.document(output);
    else this.#show(output);
    await this.#publish(dir, record);
    await this.#noteUnknown(dir, request.nodes ?? []);
    return undefined;
  }

  #publish(dir: IdentityDir, { name, role, nodes, services, expiresAt }: OperatorRecord): Promise<void> {
    const message = this.renew ? `new credentials for ${name}` : `${name} added as ${role}`;
    const data = { name, role, nodes, services, renewed: this.renew, ...present({ expiresAt }) };
    return this.publishDone(dir, "operator-added", { message, data });
  }

  #show({ operator, bundle, changes, installed }: OperatorAddOutput): void {
    const until = operator.expiresAt ? `until ${timeText(operator.expiresAt, this)}` : "until removed";
    this.out.print(`${operator.name}: ${scopeText(operator)}, ${until}`);
    for (const { what, old, new: fresh } of changes ?? [])
      this.out.text(withShownTimes(`  ${what}: ${old} → ${fresh}`, this));
    const file = shortPath(bundle, this.context.cwd);
    if (installed !== undefined) {
      this.out.note(`${installed}: has the new credentials; ${file} holds the key too: keep it safe or remove it`);
      return;
    }
    this.out.note(`${file} holds the key: copy it to the other workstation, then type there:`);
    this.out.note(`  mcp join ${basename(file)}${changes === undefined ? "" : " --force"}`);
  }

  /** Not an error: a scope may name nodes that do not exist yet. */
  async #noteUnknown(dir: IdentityDir, nodes: readonly string[]): Promise<void> {
    const known = await dir.accountNames("node");
    for (const pattern of nodes) {
      if (pattern === "*" || known.some((node) => covers([pattern], node))) continue;
      this.out.note(`no node enrolled from here matches ${pattern}`);
    }
  }

  #request(): OperatorRequest {
    const name = readPersonName("operator add", this.name);
    const life = readExpiry(this.expires);
    return {
      name,
      renew: this.renew,
      out: resolve(this.context.cwd, this.outFile ?? `${name}.bundle`),
      ...present({
        role: this.role === undefined ? undefined : readWord("--role", this.role, ROLES),
        nodes: patterns("--node", this.node),
        services: patterns("--service", this.service),
        life,
      }),
    };
  }
}

/** @throws McpError E_USAGE */
function patterns(option: string, given: readonly string[]): readonly string[] | undefined {
  for (const pattern of given) {
    if (SCOPE_PATTERN.test(pattern)) continue;
    throw new McpError("E_USAGE", `${option}: "${pattern}" is not a valid name or pattern`, {
      hint: `for example: ${option} 'shop-*'`,
    });
  }
  return given.length === 0 ? undefined : given;
}

/** @throws McpError E_USAGE */
function readExpiry(given: string | undefined): number | "until-removed" | undefined {
  if (given === undefined) return undefined;
  return given === "never" ? "until-removed" : readLife("--expires", given);
}
