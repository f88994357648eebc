/** `mcp operator list`: the operators, and when their credentials expire. */

import type { OperatorListOutput } from "../../../schemas/output/access-output.ts";
import type { OperatorRecord } from "../../../schemas/settings/identity-file.ts";
import type { Cell } from "../../../terminal/cell.ts";
import { formatOption, readFormat } from "../../arguments/format.ts";
import { EnrollCommand } from "../../base/enroll-command.ts";
import { expiryOf } from "../../enroll/expiry.ts";
import { scopeText } from "../../enroll/scope-text.ts";
import { ageText, leftText } from "../../output/age.ts";

export class OperatorListCommand extends EnrollCommand {
  static override paths = [["operator", "list"]];
  static override usage = EnrollCommand.describe({
    category: "Bus and access",
    description: "List operators: role, scope, age, expiry",
    details: `It lists everyone who ever got credentials from this identity directory, including removed operators. People who log in
through the login exchange are not listed: their credentials expire within the hour.`,
    examples: [
      ["List them", "$0 operator list"],
      [
        "Names of operators who are not removed",
        "$0 operator list --json | jq -r '.operators[] | select(.removedAt|not).name'",
      ],
    ],
  });

  output = formatOption();

  async run() {
    const format = readFormat(this);
    const dir = await this.requireIdentityDir();
    const operators = [...(await dir.operators())].sort((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1));
    const nowMs = this.context.now();
    if (format === "json") this.out.document({ operators } satisfies OperatorListOutput);
    else if (format === "name") for (const { name } of operators) this.out.print(name);
    else if (operators.length === 0) this.out.note("no operators yet: add one with `mcp operator add <name>`");
    else {
      this.out.table(
        ["OPERATOR", "SCOPE", { name: "ISSUED", rank: 1 }, "EXPIRES", "STATE"],
        operators.map((record) => row(record, nowMs)),
        { wide: format === "wide" },
      );
    }
    for (const record of operators) {
      if (expiryOf(record, nowMs).state !== "expires-soon") continue;
      this.out.warn(`${record.name}'s credentials expire soon: \`mcp operator add ${record.name} --renew\``);
    }
    return undefined;
  }
}

const rank = ({ removedAt }: OperatorRecord) => (removedAt === undefined ? 0 : 1);

function row(record: OperatorRecord, nowMs: number): Cell[] {
  const ago = (at: string) => `${ageText(Math.max(0, nowMs - Date.parse(at)))} ago`;
  const { state, leftMs } = expiryOf(record, nowMs);
  const expires = leftMs === undefined ? "never" : leftMs > 0 ? `in ${leftText(leftMs)}` : `${ageText(-leftMs)} ago`;
  const shown: Record<typeof state, Cell> = {
    good: { text: "in force", style: "green" },
    "expires-soon": { text: "expires soon", style: "yellow" },
    expired: { text: "expired", style: "red" },
    removed: { text: `removed ${ago(record.removedAt ?? record.issuedAt)}`, style: "dim" },
  };
  return [record.name, scopeText(record), ago(record.issuedAt), expires, shown[state]];
}
