/** What the agent's log says of a bus that fails again and again, and of one that refuses the node for good. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { errors } from "@nats-io/nats-core";
import { logBusProblems } from "../../../src/agent/commands/log-bus-problems.ts";
import { authError } from "../../../src/bus/connection/auth-error.ts";
import { createLogger } from "../../../src/service/logger.ts";
import { encodeJwt } from "../../../src/trust/jwt.ts";
import { createKey, signingKeyOf } from "../../../src/trust/keys.ts";
import { McpError } from "../../../src/values/error.ts";

const DAY_MS = 86_400_000;
const refused = (creds: { text: string } | undefined, nowMs = Date.now()) =>
  authError(
    { servers: ["tls://bus:4222"], ...(creds === undefined ? {} : { creds }) },
    new errors.AuthorizationError("Authorization Violation"),
    nowMs,
  );

function logged() {
  const clock = { nowMs: 0 };
  const lines: string[] = [];
  const log = createLogger({ level: "info", stream: { write: (line: string) => void lines.push(line) } });
  const problems = logBusProblems(log, "rift", () => clock.nowMs);
  return { clock, problems, read: () => lines.splice(0).map((line) => JSON.parse(line)) };
}

describe("the log of the bus", () => {
  it("says once that the node was removed and what to do, then counts", () => {
    const { clock, problems, read } = logged();
    for (; clock.nowMs < 600_000; clock.nowMs += 1_600) problems.onProblem(refused({ text: "" }));
    const [first, ...more] = read();
    assert.match(first.msg, /node rift was removed, or its credentials were revoked or renewed; its containers keep/);
    assert.match(first.hint, /mcp node add rift; then here: mcp-agent join --force rift\.bundle, and restart/);
    assert.equal(first.code, "E_REFUSED");
    assert.ok(more.length > 0 && more.length < 5, `${more.length} lines in ten minutes`);
    for (const { msg } of more) assert.match(msg, /\(\d+ more times in the last \d+ min\)$/);
  });

  it("says it again after the bus was connected", () => {
    const { problems, read } = logged();
    const away = () => problems.onProblem(new McpError("E_BUS_UNREACHABLE", "cannot reach the bus"));
    away();
    away();
    problems.onConnect();
    away();
    assert.equal(read().length, 2);
  });

  it("names a clock that is behind, with what sets it", () => {
    const key = createKey("account");
    const user = createKey("user");
    const jwt = encodeJwt({ sub: user.publicKey, name: "rift", nats: {} }, signingKeyOf(key.seed));
    const text = [
      `-----BEGIN NATS USER JWT-----\n${jwt}\n------END NATS USER JWT------`,
      `-----BEGIN USER NKEY SEED-----\n${user.seed}\n------END USER NKEY SEED------\n`,
    ].join("\n");
    const { problems, read } = logged();
    problems.onProblem(refused({ text }, Date.now() - 2 * DAY_MS));
    const [line] = read();
    assert.match(line.msg, /they were issued at \d{4}-.*, and this machine's clock says \d{4}-/);
    assert.match(line.hint, /timedatectl set-ntp true/);
  });
});
