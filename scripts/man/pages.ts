/** All man pages by file name, from the commands' own descriptions and the table of keys. The same source gives the same text. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Cli } from "clipanion";
import { allCommands } from "../../src/cli/commands/index.ts";
import type { CliContext } from "../../src/cli/context/context.ts";
import { commandPage, pageName } from "./command-page.ts";
import { FILE_PAGES, filePage } from "./file-page.ts";
import { exitCodes, overviewPage } from "./overview-page.ts";

/** @param root the project's directory */
export async function manPages(root: string): Promise<Map<string, string>> {
  const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  const exits = exitCodes(await readFile(join(root, "docs/errors.md"), "utf8"));
  const definitions = Cli.from<CliContext>(await allCommands(), { binaryName: "mcp" }).definitions();
  return new Map([
    ["mcp.1", overviewPage({ version, definitions, exits })],
    ...definitions.map((one): [string, string] => [`${pageName(one)}.1`, commandPage(one, version)]),
    ...FILE_PAGES.map((page): [string, string] => [`${page.name}.5`, filePage(page, version)]),
  ]);
}
