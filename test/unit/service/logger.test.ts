/** The log of the long-running programs: JSON for machines, text for people, and no secrets in either. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createLogger, type LoggerOptions } from "../../../src/service/logger.ts";

function logTo(isTTY: boolean, options: Partial<LoggerOptions> = {}) {
  const lines: string[] = [];
  const stream = { isTTY, write: (line: string) => void lines.push(line) };
  return { lines, log: createLogger({ level: "info", base: { node: "rift" }, env: {}, stream, ...options }) };
}

describe("the log of a program", () => {
  it("is JSON where no terminal reads it", () => {
    const { log, lines } = logTo(false);
    log.warn({ reason: "damaged" }, "the store was rebuilt");
    const { time, ...line } = JSON.parse(lines.join(""));
    assert.deepEqual(line, { level: 40, node: "rift", reason: "damaged", msg: "the store was rebuilt" });
    assert.equal(typeof time, "number");
  });

  it("is one readable line at a terminal: time, level, message, keys", () => {
    const { log, lines } = logTo(true, { env: { NO_COLOR: "1" } });
    log.warn({ reason: "damaged", setAside: "/var/a b" }, "the store was rebuilt");
    assert.match(
      lines.join(""),
      /^\d\d:\d\d:\d\d WARN {2}the store was rebuilt reason=damaged setAside="\/var\/a b"\n$/,
    );
  });

  it("is colored only where that is allowed", () => {
    for (const env of [{ NO_COLOR: "1" }, { TERM: "dumb" }]) {
      const { log, lines } = logTo(true, { env });
      log.info("started");
      assert.doesNotMatch(lines.join(""), /\u001b/);
    }
    const { log, lines } = logTo(true);
    log.info("started");
    assert.match(lines.join(""), /\u001b\[32mINFO/);
  });

  it("shows an error's code, and its text where the message has it not", () => {
    const { log, lines } = logTo(true, { env: { NO_COLOR: "1" } });
    const err = Object.assign(new Error("disk full"), { code: "E_STORE" });
    log.warn({ err }, "storing an event: disk full");
    log.warn({ err }, "storing an event");
    assert.match(lines[0] ?? "", /storing an event: disk full code=E_STORE\n$/);
    assert.match(lines[1] ?? "", /storing an event error="disk full" code=E_STORE\n$/);
  });

  it("does not let a value steer the terminal", () => {
    const { log, lines } = logTo(true, { env: { NO_COLOR: "1" } });
    log.info({ problem: "\u001b[2J" }, "a\u001b]0;title\u0007b");
    assert.doesNotMatch(lines.join("").trimEnd(), /[\u001b\u0007]/);
  });

  for (const isTTY of [true, false]) {
    it(`removes what may be secret (${isTTY ? "text" : "JSON"})`, () => {
      const { log, lines } = logTo(isTTY);
      for (const key of ["env", "creds", "password", "token", "jwt", "seed", "authorization"]) {
        const deep = {
          [key]: "hunter2",
          problem: { [key]: "hunter2", a: { [key]: "hunter2", b: { [key]: "hunter2" } } },
        };
        log.info(deep, "x");
      }
      assert.doesNotMatch(lines.join(""), /hunter2/);
      assert.equal(lines.join("").match(/redacted/g)?.length, 28);
    });
  }
});
