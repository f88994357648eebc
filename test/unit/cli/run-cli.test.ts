import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { McpError } from "../../../src/values/error.ts";
import { desiredService, mcpEvent } from "../../helpers/fleet-builders.ts";
import { runCli } from "../../helpers/run-cli.ts";
import { MemoryOperatorBus } from "../../twin/memory-operator-bus.ts";

const failing = (error: unknown) => ({ openBus: () => Promise.reject(error) });

describe("a command line that cannot be understood", () => {
  const cases = [
    { argv: ["lst"], says: 'unknown command "lst" (did you mean "list"?)' },
    { argv: ["statu"], says: 'unknown command "statu" (did you mean "status"?)' },
    { argv: ["node", "lst"], says: 'unknown command "node lst" (did you mean "node list"?)' },
    { argv: ["node"], says: '"mcp node" needs another word' },
    { argv: ["list", "--jsn"], says: 'mcp list has no option --jsn (did you mean "--json"?)' },
    { argv: ["--jsn", "list"], says: 'mcp list has no option --jsn (did you mean "--json"?)' },
    { argv: ["logs"], says: "mcp logs: an argument is missing" },
    { argv: ["list", "surplus"], says: 'mcp list: one argument too many: "surplus"' },
    { argv: ["logs", "web", "-n"], says: "mcp logs: option -n needs a value" },
    { argv: ["--nonsense"], says: "no command before --nonsense" },
    { argv: ["help", "lst"], says: 'unknown command "lst" (did you mean "list"?)' },
    { argv: ["qqqqqq"], says: 'unknown command "qqqqqq"' },
  ];
  for (const { argv, says } of cases) {
    it(`ends with 2 and says on stderr: ${says}`, async () => {
      const { code, stdout, stderr } = await runCli(argv);
      assert.equal(code, 2);
      assert.equal(stdout, "");
      assert.equal(stderr.split("\n")[0], `error: ${says} (E_USAGE)`);
      assert.match(stderr, /^hint: /m);
    });
  }

  it("is one JSON document on stderr with --json", async () => {
    const { code, stdout, stderr } = await runCli(["list", "--nope", "--json"]);
    assert.equal(code, 2);
    assert.equal(stdout, "");
    assert.equal(JSON.parse(stderr).error.code, "E_USAGE");
  });
});

describe("help", () => {
  it("lists every command by category", async () => {
    const { code, stdout, stderr } = await runCli(["--help"]);
    assert.equal(code, 0);
    assert.equal(stderr, "");
    assert.match(stdout, /^Status and logs$/m);
    assert.match(stdout, /^ {2}mcp list +List services/m);
  });

  it("is the same for --help, -h and help", async () => {
    const texts = await Promise.all([["--help"], ["-h"], ["help"]].map(async (argv) => (await runCli(argv)).stdout));
    assert.equal(new Set(texts).size, 1);
  });

  it("shows a command's usage, options and examples", async () => {
    for (const argv of [
      ["logs", "--help"],
      ["help", "logs"],
      ["logs", "web", "-h"],
    ]) {
      const { code, stdout } = await runCli(argv);
      assert.equal(code, 0);
      assert.match(stdout, /mcp logs <service\[\/component\]\[@node\]> \[options\]/);
      assert.match(stdout, /-f, --follow {2,}\S/);
      assert.match(stdout, /^ {2}mcp logs -f web$/m);
    }
  });

  it("shows the commands of a group", async () => {
    const { code, stdout } = await runCli(["node", "--help"]);
    assert.equal(code, 0);
    assert.match(stdout, /mcp node list/);
    assert.doesNotMatch(stdout, /mcp logs/);
  });
});

describe("a failure", () => {
  it("prints what, the causes once each, and the hint, and exits by its code", async () => {
    const cause = new Error("connect ECONNREFUSED", { cause: new Error("refused") });
    const error = new McpError("E_BUS_UNREACHABLE", "cannot reach the bus at nats://127.0.0.1:1", {
      cause,
      hint: "start it",
    });
    const { code, stdout, stderr } = await runCli(["list"], failing(error));
    assert.equal(code, 6);
    assert.equal(stdout, "");
    assert.deepEqual(stderr.trimEnd().split("\n"), [
      "error: cannot reach the bus at nats://127.0.0.1:1 (E_BUS_UNREACHABLE)",
      "  because: connect ECONNREFUSED",
      "  because: refused",
      "hint: start it",
    ]);
  });

  it("is one JSON document on stderr with --json, stdout stays empty", async () => {
    const error = new McpError("E_CONFLICT", "changed meanwhile", { details: { generation: 4 } });
    const { code, stdout, stderr } = await runCli(["list", "--json"], failing(error));
    assert.equal(code, 4);
    assert.equal(stdout, "");
    const { error: shown } = JSON.parse(stderr);
    assert.deepEqual(
      [shown.code, shown.message, shown.details],
      ["E_CONFLICT", "changed meanwhile", { generation: 4 }],
    );
  });

  it("that nobody foresaw is called a defect, with its stack, and exits 1", async () => {
    const { code, stdout, stderr } = await runCli(["list"], failing(new TypeError("x is not a function")));
    assert.equal(code, 1);
    assert.equal(stdout, "");
    assert.match(stderr, /^error: x is not a function \(E_BUG\)$/m);
    assert.match(stderr, /^ {4}at .*run-cli\.test\.ts/m);
    assert.match(stderr, /please report/);
  });

  it("does not steer the terminal with words from elsewhere", async () => {
    const error = new McpError("E_BUS", "the server says \u001b[2Jhello\u0007");
    const { stderr } = await runCli(["list", "--no-color"], { ...failing(error), tty: true });
    assert.match(stderr, /^error: the server says \\x1b\[2Jhello\\x07 \(E_BUS\)$/m);
  });
});

describe("a command that is interrupted", () => {
  const follow = (reason: unknown) => {
    const end = new AbortController();
    const bus = new MemoryOperatorBus();
    bus.published.push(mcpEvent("drift-opened"));
    const onOutput = () => end.abort(reason);
    return { bus, result: runCli(["events", "-f"], { bus, signal: end.signal, onOutput }) };
  };

  it("exits 130 and closes the bus", async () => {
    const { bus, result } = follow(new McpError("E_INTERRUPTED", "interrupted"));
    assert.equal((await result).code, 130);
    assert.ok(bus.closed);
  });

  it("exits 0 when the reader of its output had enough", async () => {
    const { result } = follow(Object.assign(new Error("write EPIPE"), { code: "EPIPE" }));
    const { code, stderr } = await result;
    assert.deepEqual([code, stderr], [0, ""]);
  });

  it("ends although the bus never answers", async () => {
    const end = new AbortController();
    const result = runCli(["list"], {
      signal: end.signal,
      openBus: () => {
        end.abort(new McpError("E_INTERRUPTED", "interrupted"));
        return new Promise(() => undefined);
      },
    });
    assert.equal((await result).code, 130);
  });
});

describe("a command", () => {
  it("closes the bus when it has ended, also after a failure", async () => {
    const good = new MemoryOperatorBus();
    good.putDesired(desiredService());
    assert.equal((await runCli(["list"], { bus: good })).code, 0);
    assert.ok(good.closed);
    const bad = new MemoryOperatorBus();
    bad.listDesired = () => Promise.reject(new McpError("E_BUS", "no"));
    assert.equal((await runCli(["list"], { bus: bad })).code, 6);
    assert.ok(bad.closed);
  });

  it("succeeds although the bus hangs when it is closed", async () => {
    const bus = new MemoryOperatorBus();
    bus.close = () => new Promise(() => undefined);
    assert.equal((await runCli(["list"], { bus })).code, 0);
  });
});
