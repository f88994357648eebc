/** The built `mcp` and the addresses it may be given: WebSockets with an authority of one's own, plain text refused. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { provision } from "../../src/bus/admin/provision.ts";
import { createAuthority } from "../helpers/certificates.ts";
import { freePort } from "../helpers/free-port.ts";
import { startNatsServer } from "../helpers/nats-server.ts";
import { commandOf, runProgram } from "../helpers/program.ts";

const ELSEWHERE = "nats://192.0.2.1:4222";

const mcp = (env: Record<string, string>, ...words: string[]) =>
  runProgram([...commandOf("mcp"), ...words], {
    env: { PATH: process.env["PATH"] ?? "", HOME: "/nonexistent", ...env },
    cwd: "/",
  });

test("speaks to a bus over wss:// with an authority of its own, and refuses it without", async (t) => {
  const authority = await createAuthority(t);
  const port = await freePort();
  const websocket = `websocket { listen: "127.0.0.1:${port}", ${await authority.issue()} }`;
  const server = await startNatsServer(t, { config: websocket });
  await provision({ servers: [server.url], name: "test", inboxPrefix: "_INBOX_test" }, { replicas: 1, create: true });
  const env = { MCP_BUS_SERVERS: `wss://localhost:${port}`, MCP_BUS_CA: authority.caPath };
  const { code, stderr } = await mcp(env, "list");
  assert.equal(code, 0, stderr);
  const stranger = await mcp({ MCP_BUS_SERVERS: env.MCP_BUS_SERVERS }, "list");
  assert.equal(stranger.code, 6);
  assert.match(stranger.stderr, /authority that is not trusted here: add `ca = /);
});

test("refuses plain text to another machine, and warns with --insecure", async () => {
  const refused = await mcp({ MCP_BUS_SERVERS: ELSEWHERE }, "list");
  assert.equal(refused.code, 5);
  assert.match(refused.stderr, /would be reached in plain text[\s\S]*hint: write tls:\/\/192\.0\.2\.1:4222/);
  for (const [env, ...words] of [
    [{}, "list", "--insecure", "--quiet"],
    [{ MCP_BUS_INSECURE: "true" }, "list"],
  ] as const) {
    const { code, stderr } = await mcp({ MCP_BUS_SERVERS: ELSEWHERE, ...env }, ...words);
    assert.equal(code, 6, "nobody is there");
    assert.match(stderr, /^warning: INSECURE: 192\.0\.2\.1:4222 is reached in plain text/);
  }
});
