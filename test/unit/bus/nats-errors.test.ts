import assert from "node:assert/strict";
import { test } from "node:test";
import { JetStreamApiError } from "@nats-io/jetstream";
import { errors } from "@nats-io/nats-core";
import { busError } from "../../../src/bus/connection/nats-errors.ts";
import { McpError, messageOf } from "../../../src/values/error.ts";
import type { ErrorCode } from "../../../src/values/error-codes.ts";

const api = (err_code: number) => new JetStreamApiError({ code: 400, err_code, description: `code ${err_code}` });
const violation = new errors.PermissionViolationError("no", "publish", "a.b");

const TABLE: readonly (readonly [unknown, ErrorCode])[] = [
  [api(10071), "E_CONFLICT"],
  [api(10164), "E_CONFLICT"],
  [api(10059), "E_BUS_UNPROVISIONED"],
  [api(10039), "E_BUS_UNPROVISIONED"],
  [api(10077), "E_BUS"],
  [new errors.RequestError("", { cause: new errors.NoRespondersError("a.b") }), "E_BUS_UNPROVISIONED"],
  [
    new Error("off", { cause: new errors.RequestError("", { cause: new errors.NoRespondersError("a") }) }),
    "E_BUS_UNPROVISIONED",
  ],
  [new errors.TimeoutError(), "E_BUS_UNREACHABLE"],
  [new errors.RequestError("connection disconnected"), "E_BUS_UNREACHABLE"],
  [new errors.ClosedConnectionError(), "E_BUS_UNREACHABLE"],
  [new errors.ConnectionError("gone"), "E_BUS_UNREACHABLE"],
  [violation, "E_REFUSED"],
  [new errors.RequestError("", { cause: violation }), "E_REFUSED"],
  [new errors.AuthorizationError("Authorization Violation"), "E_REFUSED"],
  [new errors.UserAuthenticationExpiredError("expired"), "E_REFUSED"],
  [new Error("anything"), "E_BUS"],
  ["a string", "E_BUS"],
];

test("each failure of the client has its code, its operation and its cause", () => {
  for (const [failure, code] of TABLE) {
    const mapped = busError("read a thing", failure);
    assert.equal(mapped.code, code, messageOf(failure));
    assert.equal(mapped.cause, failure);
    assert.match(messageOf(mapped), /^cannot read a thing/);
  }
});

test("an error of ours is passed on as it is", () => {
  const own = new McpError("E_INVALID_MESSAGE", "broken");
  assert.equal(busError("read a thing", own), own);
});
