/** The lines of a doctor's checks: aligned, no word broken, and commands that can be copied. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { describe, it } from "node:test";
import { promisify } from "node:util";
import fc from "fast-check";
import type { DoctorCheck } from "../../../src/schemas/output/doctor-output.ts";
import { textOf } from "../../../src/terminal/cell.ts";
import { checkLines } from "../../../src/terminal/check-lines.ts";
import { shellLines } from "../../../src/terminal/shell-lines.ts";

const shown = (check: DoctorCheck, width?: number) =>
  checkLines([check], width).map((line) => line.map(textOf).join(""));

describe("a check", () => {
  it("continues below its message, like its remedy", () => {
    const message = "limits are refused because cgroups are old";
    const check = { name: "limits", result: "warn", message, remedy: "boot with newer ones" } as const;
    assert.deepEqual(shown(check, 40), [
      "warn  limits  limits are refused because",
      "              cgroups are old",
      "              → boot with newer ones",
    ]);
  });

  it("is one line, and one for its remedy, where there is no terminal", () => {
    const remedy = `install ${"--option value ".repeat(20)}end`;
    assert.equal(shown({ name: "a", result: "fail", message: "word ".repeat(50), remedy }).length, 2);
  });

  it("shows a long command as a shell continues it", () => {
    const remedy = "as root: mkdir -p /etc/containers && printf 'a  b' > /etc/containers/c.conf";
    assert.deepEqual(shown({ name: "log", result: "warn", message: "grows", remedy }, 50), [
      "warn  log  grows",
      "           → as root: mkdir -p /etc/containers \\",
      "             && printf 'a  b' > \\",
      "             /etc/containers/c.conf",
    ]);
  });
});

describe("a command in several lines", () => {
  const words = fc.array(fc.constantFrom("a", "--long-option", "'two  words'", '"x y"', "value=1"), { minLength: 1 });

  it("means to a shell what it means in one line", async () => {
    const given = await fc.sample(words, 20);
    for (const each of given) {
      const command = `printf '%s\\n' ${each.join(" ")} && echo end`;
      const said = async (text: string) => (await promisify(execFile)("sh", ["-c", text])).stdout;
      assert.equal(await said(shellLines(command, 24).join("\n    ")), await said(command), command);
    }
  });
});
