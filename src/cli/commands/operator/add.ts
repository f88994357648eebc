/** `mcp operator add`: break-glass credentials for a person, in a file to carry to his workstation. */
import { basename, resolve } from "node:path";
import { Option } from "clipanion";
import { McpError } from "../../../schemas/error.ts";
import type { OperatorAddOutput } from "../../../schemas/json-access-output.ts";
import { present } from "../../../schemas/present.ts";
import { ROLES, SCOPE_PATTERN } from "../../../trust/operator-claims.ts";
import { readLife, readPersonName, readWord } from "../../arguments.ts";
import type { OperatorWish } from "../../enrol/add-operator.ts";
import { scopeText } from "../../enrol/scope-text.ts";
import { shortPath } from "../../output/short-path.ts";
import { EnrolCommand } from "../enrol-command.ts";

export class OperatorAddCommand extends EnrolCommand {
  static override paths = [["operator", "add"]];
  static override usage = EnrolCommand.describe({
    category: "Bus and access",
    description: "Give a person credentials of their own, in a file to carry over",
    details: `They work without any login, so they are for those who must get in when logins fail, and for buses without a login exchange.
Roles: viewer looks at reports and events; operator also commands, within --node and --service; admin also keeps nodes and the
bus. Nodes check role and scope on everything that is signed; the bus's own rights are a rail. Makes one file, <name>.bundle,
which \`mcp join\` takes in on the other workstation. With --renew, those he had count no more.`,
    examples: [
      ["An operator of everything", "$0 operator add alice"],
      [
        "Only shops, only on nodes in the lab, for three months",
        "$0 operator add bob --service 'shop-*' --node 'lab-*' --expires 90d",
      ],
      ["One who only looks", "$0 operator add carol --role viewer"],
    ],
  });

  name = Option.String({ name: "name", required: true });
  role = Option.String("--role", "operator", { description: `${ROLES.join(", ")} (default operator)` });
  node = Option.Array("--node", [], { description: "node, or a beginning and `*`; repeat it for more (default: all)" });
  service = Option.Array("--service", [], { description: "service, likewise (default: all)" });
  expires = Option.String("--expires", { description: "how long they count, such as 90d (default: until removed)" });
  renew = Option.Boolean("--renew", false, { description: "new credentials for one who has some" });
  outFile = Option.String("--out", { description: "file for the bundle (default: <name>.bundle)" });

  async run() {
    const wish = this.#wish();
    const dir = await this.demandIdentityDir();
    const { addOperator } = await import("../../enrol/add-operator.ts");
    const { record, bundle } = await this.enrolled(dir, (enrolment) => addOperator(enrolment, wish));
    if (this.json) this.out.document({ operator: record, bundle } satisfies OperatorAddOutput);
    else {
      this.out.print(
        `${record.name}: ${scopeText(record)}, ${record.expiresAt ? `until ${record.expiresAt}` : "until removed"}`,
      );
      const file = shortPath(bundle, this.context.cwd);
      this.out.note(`${file} holds the key: carry it over, then on the other workstation:`);
      this.out.note(`  mcp join ${basename(file)}`);
    }
    return undefined;
  }

  #wish(): OperatorWish {
    const name = readPersonName("operator add", this.name);
    const role = readWord("--role", this.role, ROLES);
    const isViewer = role === "viewer";
    if (isViewer && this.node.length + this.service.length > 0) {
      throw new McpError("E_USAGE", "a viewer sees the reports of all nodes and services: no --node, no --service");
    }
    const lifeMs = this.expires === undefined ? undefined : readLife("--expires", this.expires);
    return {
      name,
      role,
      nodes: isViewer ? [] : patterns("--node", this.node),
      services: isViewer ? [] : patterns("--service", this.service),
      renew: this.renew,
      out: resolve(this.context.cwd, this.outFile ?? `${name}.bundle`),
      ...present({ expiresAtMs: lifeMs === undefined ? undefined : this.context.now() + lifeMs }),
    };
  }
}

/** @throws McpError E_USAGE */
function patterns(option: string, given: readonly string[]): readonly string[] {
  for (const pattern of given) {
    if (SCOPE_PATTERN.test(pattern)) continue;
    throw new McpError("E_USAGE", `${option}: "${pattern}" is neither a name nor a beginning and \`*\``, {
      hint: `for example: ${option} 'shop-*'`,
    });
  }
  return given.length === 0 ? ["*"] : given;
}
