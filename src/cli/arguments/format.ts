/** The option `-o` of commands that list something: as a table, a wide table, names or JSON. */
import { Option } from "clipanion";
import { McpError } from "../../values/error.ts";
import { readWord } from "./arguments.ts";

export const FORMATS = ["wide", "name", "json"] as const;
/** `table`: what is shown without `-o`. */
export type Format = (typeof FORMATS)[number] | "table";

/** The field of a command that holds the option. */
export const formatOption = () =>
  Option.String("-o,--output", {
    description: "`wide`: everything in full; `name`: one name a line; `json`: as --json",
  });

/** A command with `output = formatOption()`. */
interface FormattedCommand {
  readonly output: string | undefined;
  json: boolean;
}

/** The format asked for; `-o json` also sets `json`, so that errors are JSON as well. @throws McpError E_USAGE */
export function readFormat(command: FormattedCommand): Format {
  const { output, json } = command;
  const format = output === undefined ? undefined : readWord("--output", output, FORMATS);
  if (json && format !== undefined && format !== "json")
    throw new McpError("E_USAGE", `--json and --output ${format} exclude each other`, { hint: "use one of them" });
  if (format === "json") command.json = true;
  return command.json ? "json" : (format ?? "table");
}
