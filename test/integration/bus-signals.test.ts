/** Signals that live as long as a program: a call that has ended leaves nothing on them. */
import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";
import { Connection } from "../../src/bus/connection/connection.ts";
import { callMcias } from "../../src/mcias/https-json.ts";
import { hasCode } from "../../src/values/error.ts";
import { freePort } from "../helpers/free-port.ts";
import { startNatsServer } from "../helpers/nats-server.ts";
import { settingsFor } from "./bus-fixtures.ts";

test("waiting for the connection leaves no listener behind", async (t) => {
  const connection = await Connection.connected(settingsFor(await startNatsServer(t)), () => undefined);
  t.after(() => connection.close());
  const { signal } = new AbortController();
  for (let count = 0; count < 20; count++) await connection.whenConnected(signal);
  assert.equal(getEventListeners(signal, "abort").length, 0);
});

test("an aborted wait ends", async () => {
  const connection = Connection.connecting(
    settingsFor({ url: `nats://127.0.0.1:${await freePort()}` }),
    () => undefined,
  );
  const abort = new AbortController();
  const waiting = connection.whenConnected(abort.signal);
  abort.abort();
  await waiting;
  assert.equal(connection.isConnected(), false);
  await connection.close();
});

test("a call to MCIAS makes no signal that depends on the caller's", async (t) => {
  const combined = t.mock.method(AbortSignal, "any");
  const { signal } = new AbortController();
  const call = callMcias({ url: `https://127.0.0.1:${await freePort()}` }, { method: "GET", path: "/" }, signal);
  await assert.rejects(call, (error) => hasCode(error, "E_MCIAS"));
  assert.equal(combined.mock.callCount(), 0);
  assert.equal(getEventListeners(signal, "abort").length, 0);
});
