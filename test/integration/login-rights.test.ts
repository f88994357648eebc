/** The login exchange hears what is sent for a login, from whatever account, and can say nothing but its answer. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { AUTH_QUEUE, authRights, LOGIN_INBOX } from "../../src/schemas/wire/rights.ts";
import { loginSubject } from "../../src/schemas/wire/subjects.ts";
import { bareClient } from "../helpers/bare-client.ts";
import { eventually } from "../helpers/eventually.ts";
import { startOperatorServer } from "../helpers/operator-server.ts";

for (const version of ["newest", "2.10"] as const) {
  test(`each login is answered once, by one of the exchange's instances, on nats-server ${version}`, async (t) => {
    const server = await startOperatorServer(t, { version });
    const creds = await server.operator("auth", authRights());
    const heard: number[] = [];
    for (const instance of [1, 2, 3]) {
      const { nc } = await bareClient(t, server.url, creds);
      const take = (_error: Error | null, message: { respond(data: string): void }) => {
        heard.push(instance);
        message.respond(`by ${instance}`);
        message.respond("once more");
      };
      nc.subscribe(loginSubject, { queue: AUTH_QUEUE, callback: take });
      await nc.flush();
    }
    const { nc } = await bareClient(t, server.url, server.login, { inboxPrefix: LOGIN_INBOX });
    const answers: string[] = [];
    nc.subscribe(`${LOGIN_INBOX}.x`, { callback: (_error, message) => void answers.push(message.string()) });
    for (let count = 0; count < 20; count++) nc.publish(loginSubject, "sealed", { reply: `${LOGIN_INBOX}.x` });
    await eventually(() => answers.length === 20 && heard.length === 20, { what: "twenty answers" });
    await nc.flush();
    assert.ok(answers.every((answer) => answer.startsWith("by ")));
    assert.equal(answers.length, 20);
  });

  test(`the exchange can neither speak by itself nor listen to anything else on nats-server ${version}`, async (t) => {
    const server = await startOperatorServer(t, { version });
    const { nc, refused } = await bareClient(t, server.url, await server.operator("auth", authRights()));
    const said = ["mcp.v1.login", "mcp.v1.nothing", "$KV.mcp-desired.rift.web", "$JS.API.STREAM.NAMES", "_R_.x.y"];
    const heard = ["mcp.v1.login", "mcp.v1.agent.>", "$KV.>", "_INBOX.>", "_R_.>", ">"];
    for (const subject of said) nc.publish(subject, "{}");
    for (const subject of heard) nc.subscribe(subject, { callback: () => undefined });
    await nc.flush();
    const all = [...said.map((subject) => `publish ${subject}`), ...heard.map((subject) => `subscription ${subject}`)];
    await eventually(() => all.every((one) => refused.has(one)), { what: "each is refused" });
  });

  test(`who has the exchange's credentials takes no login away with another queue on nats-server ${version}`, async (t) => {
    const server = await startOperatorServer(t, { version });
    const { nc, refused } = await bareClient(t, server.url, await server.operator("auth", authRights()));
    nc.subscribe(loginSubject, { queue: "another", callback: () => undefined });
    await nc.flush();
    await eventually(() => refused.has(`subscription ${loginSubject}`), { what: "it is refused" });
  });
}
