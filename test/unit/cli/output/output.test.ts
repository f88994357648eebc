import assert from "node:assert/strict";
import { Writable } from "node:stream";
import { describe, it } from "node:test";
import fc from "fast-check";
import { createOutput, type OutputOptions } from "../../../../src/cli/output/output.ts";
import { styled } from "../../../../src/terminal/cell.ts";

function captured(own: Partial<OutputOptions> & { tty?: boolean } = {}) {
  const text = { out: "", err: "" };
  const stream = (name: "out" | "err") =>
    Object.assign(
      new Writable({
        write(chunk: Buffer, _, done) {
          text[name] += chunk.toString();
          done();
        },
      }),
      { isTTY: own.tty ?? false },
    );
  const streams = { stdout: stream("out"), stderr: stream("err") };
  return { text, output: createOutput({ ...streams, env: {}, color: true, quiet: false, ...own }) };
}

describe("Output", () => {
  it("shows what could steer a terminal or begin a line escaped, on a pipe as well", () => {
    const { text, output } = captured();
    output.print(styled("red", "a\u001b[31mb"), "\tc\nd");
    assert.equal(text.out, "a\\x1b[31mb\\tc\\nd\n");
  });

  it("lets only our own styles color a terminal", () => {
    const { text, output } = captured({ tty: true });
    output.print(styled("red", "a\u001b[32mb"));
    assert.equal(text.out, "\u001b[31ma\\x1b[32mb\u001b[39m\n");
  });

  it("hands what a container printed on as it is on a pipe, and harmless at a terminal", () => {
    for (const [tty, want] of [
      [false, "\u001b[31mred\tx\\ny\n"],
      [true, "red x y\n"],
    ] as const) {
      const { text, output } = captured({ tty });
      output.print({ raw: "\u001b[31mred\tx\ny" });
      assert.equal(text.out, want);
    }
  });

  it("prints one line for each call and no control character, whatever the text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.boolean(), (foreign, tty) => {
        const { text, output } = captured({ tty, color: false });
        output.print("by ", styled("bold", foreign), foreign);
        output.table(["A", "B"], [[foreign, foreign]]);
        output.note(foreign);
        output.warn(foreign);
        output.complain(foreign);
        if (tty) output.redraw([[foreign]]);
        assert.equal(text.out.split("\n").length - 1, 3);
        assert.equal(text.err.split("\n").length - 1, tty ? 4 : 3);
        assert.doesNotMatch(
          text.out + text.err,
          /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ud800-\udfff]/u,
        );
      }),
    );
  });

  it("does not color with NO_COLOR, with --no-color, or on a dumb terminal", () => {
    for (const own of [{ env: { NO_COLOR: "1" } }, { color: false }, { env: { TERM: "dumb" } }]) {
      const { text, output } = captured({ tty: true, ...own });
      output.print(styled("red", "plain"));
      assert.equal(text.out, "plain\n");
    }
  });

  it("aligns columns and leaves no blanks at line ends", () => {
    const { text, output } = captured();
    output.table(
      ["A", "LONGER", "C"],
      [
        ["wide one", 1, ""],
        ["x", styled("red", "é"), "end"],
      ],
    );
    assert.equal(text.out, "A         LONGER  C\nwide one  1\nx         é       end\n");
  });

  it("keeps notes back with --quiet, but neither warnings nor results", () => {
    const { text, output } = captured({ quiet: true });
    output.note("by the way");
    output.warn("look out");
    output.print("result");
    assert.deepEqual(text, { out: "result\n", err: "warning: look out\n" });
  });

  it("writes JSON without a character that could steer a terminal, and without changing it", () => {
    const value = { text: "\u001b[31m \u009b \u202e é" };
    const { text, output } = captured({ tty: true });
    output.record(value);
    assert.doesNotMatch(text.out.trimEnd(), /[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
    assert.deepEqual(JSON.parse(text.out), value);
  });
});
