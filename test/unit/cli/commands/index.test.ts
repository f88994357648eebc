import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Cli } from "clipanion";
import { CATEGORIES } from "../../../../src/cli/base/base-command.ts";
import { allCommands, commandsOf } from "../../../../src/cli/commands/index.ts";
import type { CliContext } from "../../../../src/cli/context/context.ts";

const commands = await allCommands();
const cli = Cli.from<CliContext>(commands, { binaryName: "mcp" });

/** The words of an example up to a pipe, quotes taken off: enough of a shell for our own lines. */
function wordsOf(line: string): string[] {
  const own = line.split(" | ")[0] ?? "";
  return [...own.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)]
    .map(([, single, double, bare]) => single ?? double ?? bare ?? "")
    .slice(1);
}

describe("every command", () => {
  it("is listed once", () => {
    const paths = commands.flatMap((command) => command.paths?.map((path) => path.join(" ")) ?? []);
    assert.equal(new Set(paths).size, paths.length);
    assert.ok(paths.length >= commands.length);
  });

  it("is found by its first word, which is that of all its paths", async () => {
    for (const command of commands) {
      for (const [word] of command.paths ?? []) assert.ok((await commandsOf(word)).includes(command), word);
    }
  });

  for (const definition of cli.definitions()) {
    describe(definition.path, () => {
      it("has a category of the list and one line of description", () => {
        assert.ok(CATEGORIES.some((category) => category === definition.category?.trim()));
        assert.match(definition.description?.trim() ?? "", /^[A-Z].{10,90}[^.]$/);
      });

      it("has worked examples that it understands itself", () => {
        assert.ok((definition.examples?.length ?? 0) > 0);
        for (const [what, line] of definition.examples ?? []) {
          assert.ok(what.trim().length > 5);
          const words = wordsOf(line);
          assert.equal(`mcp ${words.join(" ")}`.startsWith(definition.path), true, line);
          assert.doesNotThrow(() => cli.process(words, {} as CliContext), line);
        }
      });

      it("describes every option and has --json", () => {
        const { usage, options } = definition;
        assert.doesNotMatch(usage, /\[-/, "an option without a description is shown inline");
        assert.ok(options.some(({ definition: names }) => names === "--json"));
      });
    });
  }
});
