/** `mcp operator add`: break-glass credentials for a person, in a file to carry to his workstation. */
import { basename, resolve } from "node:path";
import { Option } from "clipanion";
import type { OperatorAddOutput } from "../../../schemas/output/access-output.ts";
import type { OperatorRecord } from "../../../schemas/settings/identity-file.ts";
import { covers, ROLES, SCOPE_PATTERN } from "../../../trust/operator-claims.ts";
import { McpError } from "../../../values/error.ts";
import { present } from "../../../values/present.ts";
import { readLife, readPersonName, readWord } from "../../arguments/arguments.ts";
import { EnrolCommand } from "../../base/enrol-command.ts";
import type { OperatorWish } from "../../enrol/add-operator.ts";
import { changesOf } from "../../enrol/operator-grant.ts";
import { scopeText } from "../../enrol/scope-text.ts";
import type { IdentityDir } from "../../identity/identity-dir.ts";
import { shortPath } from "../../output/short-path.ts";
import { timeText } from "../../output/time.ts";

export class OperatorAddCommand extends EnrolCommand {
  static override paths = [["operator", "add"]];
  static override usage = EnrolCommand.describe({
    category: "Bus and access",
    description: "Give a person credentials of their own, in a file to carry over",
    details: `They work without any login, so they are for those who must get in when logins fail, and for buses without a login exchange.
Roles: viewer looks at reports and events; operator also commands, within --node and --service; admin also keeps nodes and the
bus. Nodes check role and scope on everything that is signed; the bus's own rights are a rail. Makes one file, <name>.bundle,
which \`mcp join\` takes in on the other workstation.

With --renew he gets new ones, and those he had count no more, expired ones too. What is not given stays as it stands: role,
nodes, services, and the length of life, from now on. What changes is shown, old → new. Renewing those that this workstation
works with also replaces its credentials file.`,
    examples: [
      ["An operator of everything", "$0 operator add alice"],
      [
        "Only shops, only on nodes in the lab, for three months",
        "$0 operator add bob --service 'shop-*' --node 'lab-*' --expires 90d",
      ],
      ["One who only looks", "$0 operator add carol --role viewer"],
      ["New credentials, with the rights as they are", "$0 operator add bob --renew"],
    ],
  });

  name = Option.String({ name: "name", required: true });
  role = Option.String("--role", { description: `${ROLES.join(", ")} (default operator)` });
  node = Option.Array("--node", [], { description: "node, or a beginning and `*`; repeat it for more (default: all)" });
  service = Option.Array("--service", [], { description: "service, likewise (default: all)" });
  expires = Option.String("--expires", {
    description: "how long they count, such as 90d (default: `never`, until removed)",
  });
  renew = Option.Boolean("--renew", false, { description: "new credentials for one who has some" });
  outFile = Option.String("--out", { description: "file for the bundle (default: <name>.bundle)" });

  async run() {
    const asked = this.#wish();
    const dir = await this.demandIdentityDir();
    const { addOperator } = await import("../../enrol/add-operator.ts");
    const { ownCredentials } = await import("../../enrol/own-credentials.ts");
    const wish = { ...asked, ...present({ own: await ownCredentials((await this.settings()).bus?.creds) }) };
    const signing = { dir, nowMs: this.context.now() };
    const { record, old, bundle, installed } = await addOperator(signing, wish, (work) => this.enrolled(dir, work));
    const changes = old === undefined || !wish.renew ? undefined : changesOf(old, record);
    const output = { operator: record, bundle, ...present({ changes, installed }) } satisfies OperatorAddOutput;
    if (this.json) this.out.document(output);
    else this.#show(output);
    await this.#tellOf(dir, record);
    await this.#noteUnknown(dir, wish.nodes ?? []);
    return undefined;
  }

  #tellOf(dir: IdentityDir, { name, role, nodes, services, expiresAt }: OperatorRecord): Promise<void> {
    const message = this.renew ? `new credentials for ${name}` : `${name} may get in as ${role}`;
    const data = { name, role, nodes, services, renewed: this.renew, ...present({ expiresAt }) };
    return this.tell(dir, "operator-added", { message, data });
  }

  #show({ operator, bundle, changes, installed }: OperatorAddOutput): void {
    const until = operator.expiresAt ? `until ${timeText(operator.expiresAt, this)}` : "until removed";
    this.out.print(`${operator.name}: ${scopeText(operator)}, ${until}`);
    for (const { what, old, new: fresh } of changes ?? []) this.out.print(`  ${what}: ${old} → ${fresh}`);
    const file = shortPath(bundle, this.context.cwd);
    if (installed !== undefined) {
      this.out.note(`${installed}: has the new credentials now; ${file} holds the key too: keep it safe, or remove it`);
      return;
    }
    this.out.note(`${file} holds the key: carry it over, then on the other workstation:`);
    this.out.note(`  mcp join ${basename(file)}${changes === undefined ? "" : " --force"}`);
  }

  /** Scopes may be wider than what there is yet, so it is no fault. */
  async #noteUnknown(dir: IdentityDir, nodes: readonly string[]): Promise<void> {
    const known = await dir.accountNames("node");
    for (const pattern of nodes) {
      if (pattern === "*" || known.some((node) => covers([pattern], node))) continue;
      this.out.note(`no node that was enrolled from here is called ${pattern}`);
    }
  }

  #wish(): OperatorWish {
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
    throw new McpError("E_USAGE", `${option}: "${pattern}" is neither a name nor a beginning and \`*\``, {
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
