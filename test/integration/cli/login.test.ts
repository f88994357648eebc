/** Logging in for real: nats-server in operator mode, mcp-auth and mcp as processes, MCIAS over TLS (a fake of it). */
import assert from "node:assert/strict";
import { readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import { connectOperatorBus } from "../../../src/bus/bus.ts";
import { operatorClaimsOf } from "../../../src/trust/operator-claims.ts";
import { bareClient } from "../../helpers/bare-client.ts";
import { eventually } from "../../helpers/eventually.ts";
import { mcpEvent } from "../../helpers/fleet-builders.ts";
import { assertJson } from "../../helpers/json-shape.ts";
import { type LoginWorkstation, startLoginSetup } from "../../helpers/login-setup.ts";

const whoami = async (workstation: LoginWorkstation) =>
  assertJson("whoami-output", (await workstation.mcp("whoami", "--json")).stdout);

test("a login gives commands the user's name, for the life of the token", async (t) => {
  const { mcias, server, startAuth, workstation } = await startLoginSetup(t, { validate: "online" });
  const auth = await startAuth();
  const kyle = await workstation("kyle");
  const user = mcias.user("kyle");

  const login = await kyle.logIn(user);
  assert.equal(login.code, 0, login.stderr);
  assert.match(login.stdout, /kyle is logged in with MCIAS until 20/);
  for (const path of [kyle.tokenPath, kyle.sessionPath]) assert.equal((await stat(path)).mode & 0o777, 0o600);
  assert.deepEqual(mcias.logins, [{ username: "kyle", password: user.password, service_name: "mcp" }]);

  const { by, user: who, token } = await whoami(kyle);
  assert.deepEqual(
    [by, who?.name, who?.role, who?.nodes, token?.subject],
    ["login", "kyle", "operator", ["*"], user.sub],
  );
  assert.equal(who?.issuer, server.identity.exchange.publicKey);

  await writeFile(
    join(kyle.dir, "mcp/services/web.toml"),
    'name = "web"\nnode = "rift"\n[[components]]\nname = "api"\nimage = "registry.example.net/web:v1"\n',
  );
  const deploy = await kyle.mcp("deploy", "web", "--no-wait", "--force");
  assert.equal(deploy.code, 7, deploy.stderr); // written, and pending: no agent runs here
  const admin = await connectOperatorBus(server.settings(server.admin), { author: "test" });
  t.after(() => admin.close());
  const { document } = (await admin.readDesired("rift", "web")) ?? assert.fail("nothing was written");
  assert.equal(document.generation, 1);
  const signer = operatorClaimsOf(document.proof?.jwt ?? "");
  assert.deepEqual([signer.name, signer.publicKey, signer.issuer], ["kyle", who?.publicKey, who?.issuer]);
  assert.match(document.author, /^kyle@/);

  const raw = (await readFile(kyle.tokenPath, "utf8")).trim();
  const session = await readFile(kyle.sessionPath, "utf8");
  for (const secret of [...raw.split(".").slice(1), ...session.split("\n").filter((line) => line.length > 40)]) {
    assert.ok(!auth.stdout().includes(secret), "a secret in the log of mcp-auth");
    assert.ok(!(login.stdout + login.stderr).includes(secret), "a secret in what mcp printed");
  }

  const logout = await kyle.mcp("logout", "--json");
  assert.deepEqual(assertJson("logout-output", logout.stdout), {
    removed: [kyle.sessionPath, kyle.tokenPath],
    revoked: true,
  });
  const after = await kyle.mcp("list");
  assert.deepEqual([after.code, /nobody is logged in on this workstation/.test(after.stderr)], [5, true], after.stderr);
  assert.equal((await whoami(kyle)).by, "nothing");

  await writeFile(kyle.tokenPath, raw, { mode: 0o600 });
  const again = await kyle.mcp("list");
  assert.equal(again.code, 5, "a token that was logged out is no longer valid");
  assert.match(again.stderr, /MCIAS says that the token is no longer valid/);
  assert.equal((await auth.stop("SIGTERM")).code, 0);
});

test("a session is renewed with the same key, by commands and under long ones, until the token ends", async (t) => {
  const { mcias, server, startAuth, workstation } = await startLoginSetup(t, { life: "5s" });
  await startAuth();
  const kyle = await workstation("kyle");
  mcias.lifeS = 14;
  await kyle.logIn(mcias.user("kyle"));
  const first = (await whoami(kyle)).user;

  const follower = kyle.start("events", "-f", "--json");
  const admin = await connectOperatorBus(server.settings(server.admin), { author: "test" });
  t.after(() => admin.close());
  const heard = (text: string) => follower.stdout().includes(text);
  const sent = { count: 0 };
  const tell = (message: string) => async () => {
    sent.count += 1;
    await admin.publishEvent(mcpEvent("agent-started", { message, id: `event-${sent.count}` }));
    return heard(message);
  };
  await eventually(tell("before"), { what: "an event is shown", intervalMs: 300 });
  const isOver = () => Date.parse(first?.expiresAt ?? "") + 1000 < Date.now();
  await eventually(isOver, { what: "the first session is over" });
  await eventually(tell("after"), { what: "an event is shown in the second session", intervalMs: 300 });

  const list = await kyle.mcp("list");
  assert.equal(list.code, 0, list.stderr);
  const second = (await whoami(kyle)).user;
  assert.equal(second?.publicKey, first?.publicKey);
  assert.ok(String(second?.expiresAt) > String(first?.expiresAt));

  const end = await follower.ended;
  assert.equal(end.code, 5, end.stderr);
  const { error } = assertJson("error-output", end.stderr.trim().split("\n").at(-1) ?? "");
  assert.deepEqual([error.code, error.hint], ["E_REFUSED", "log in again: `mcp login`"]);
  const late = await kyle.mcp("list");
  assert.equal(late.code, 5);
  assert.match(late.stderr, /the login ended at .*\n(.*\n)*hint: log in again: `mcp login`/);
});

test("without an exchange sessions continue, and a login reports that it does not answer; two share the work", async (t) => {
  const { mcias, startAuth, workstation } = await startLoginSetup(t);
  const [one, two] = [await startAuth(), await startAuth()];
  const user = mcias.user("kyle");
  const desks = await Promise.all(["a", "b", "c", "d"].map((name) => workstation(name)));
  for (const each of desks) assert.equal((await each.logIn(user)).code, 0);
  const letIn = () => [one, two].flatMap((auth) => auth.lines().filter((line) => line.includes('"admitted"'))).length;
  await eventually(() => letIn() >= desks.length, { what: "the logins are logged" });
  assert.equal(letIn(), desks.length, "each login is answered once");

  await one.stop("SIGKILL");
  const kyle = await workstation("kyle");
  const login = await kyle.logIn(user);
  assert.equal(login.code, 0, login.stderr);

  await two.stop("SIGKILL");
  assert.equal((await kyle.mcp("list")).code, 0, "the session goes on");
  await rm(kyle.sessionPath);
  const none = await kyle.mcp("list");
  assert.equal(none.code, 6);
  assert.match(none.stderr, /the login exchange does not answer \(E_EXCHANGE\)/);
  const again = await kyle.logIn(user);
  assert.equal(again.code, 6, "the token is kept, the session is not to be had");
  await startAuth();
  assert.equal((await kyle.mcp("list")).code, 0, "and the next command gets it");
});

test("a long command outlives an exchange that is away while its session ends, and says once what is wrong", async (t) => {
  const { mcias, server, startAuth, workstation } = await startLoginSetup(t, { life: "5s" });
  const auth = await startAuth();
  const kyle = await workstation("kyle");
  await kyle.logIn(mcias.user("kyle"));
  const follower = kyle.start("events", "-f");
  const admin = await connectOperatorBus(server.settings(server.admin), { author: "test" });
  t.after(() => admin.close());
  const sent = { count: 0 };
  const shows = (message: string) => async () => {
    sent.count += 1;
    await admin.publishEvent(mcpEvent("agent-started", { message, id: `event-${sent.count}` }));
    return follower.stdout().includes(message);
  };
  await eventually(shows("before"), { what: "an event is shown", intervalMs: 300 });
  await auth.stop("SIGKILL");
  const warnings = () => follower.stderr().match(/^warning: the session cannot be renewed: .*$/gm) ?? [];
  await eventually(() => warnings().length > 0, { what: "it is told that the session cannot be renewed" });
  const isOver = async () => (await whoami(kyle)).user?.expired;
  await eventually(isOver, { what: "the session is over", intervalMs: 300 });
  await startAuth();
  await eventually(shows("after"), { what: "events are shown again", intervalMs: 300, timeoutMs: 30_000 });
  assert.deepEqual(warnings().length, 1, follower.stderr());
  assert.equal((await follower.stop("SIGINT")).code, 130);
});

describe("while MCIAS is down", () => {
  test("sessions continue, and tokens are exchanged by their signature, also by an exchange that was started later", async (t) => {
    const { mcias, startAuth, workstation, authDoctor } = await startLoginSetup(t);
    const auth = await startAuth();
    const kyle = await workstation("kyle");
    await kyle.logIn(mcias.user("kyle"));
    const doctor = await authDoctor();
    assert.equal(doctor.code, 0, doctor.stdout);
    await mcias.stop();
    assert.equal((await kyle.mcp("list")).code, 0);
    await auth.stop("SIGTERM");
    await startAuth();
    await rm(kyle.sessionPath);
    const list = await kyle.mcp("list");
    assert.equal(list.code, 0, list.stderr);
    const login = await kyle.logIn({ username: "kyle", password: "x" });
    assert.equal(login.code, 6);
    assert.match(login.stderr, /cannot reach MCIAS at 127\.0\.0\.1.*\(E_MCIAS\)/);
    const { code, stdout } = await authDoctor("--json");
    assert.equal(code, 0, stdout);
    const check = assertJson("doctor-output", stdout).checks.find(({ name }) => name === "mcias");
    assert.equal(check?.result, "warn");
  });

  test("an exchange that asks it lets nobody in", async (t) => {
    const { mcias, startAuth, workstation } = await startLoginSetup(t, { validate: "online" });
    await startAuth();
    const kyle = await workstation("kyle");
    const user = mcias.user("kyle");
    await kyle.logIn(user);
    const token = mcias.signer.token({ sub: user.sub });
    await mcias.stop();
    assert.equal((await kyle.mcp("list")).code, 0, "the session goes on");
    await writeFile(kyle.tokenPath, token);
    await rm(kyle.sessionPath);
    const list = await kyle.mcp("list");
    assert.equal(list.code, 6);
    assert.match(list.stderr, /the exchange cannot decide now.*\(E_EXCHANGE\)/);
  });
});

for (const version of ["newest", "2.10"] as const)
  test(`another holder of the login credentials who subscribes to everything learns nothing (nats-server ${version})`, async (t) => {
    const { mcias, server, startAuth, workstation } = await startLoginSetup(t, { version });
    await startAuth();
    const heard: string[] = [];
    const { nc } = await bareClient(t, server.url, server.login);
    for (const subject of [">", "mcp.v1.login", "_INBOX_login.>"]) {
      nc.subscribe(subject, {
        callback: (error, message) => {
          if (error === null) heard.push(message.string());
        },
      });
    }
    await nc.flush();
    const kyle = await workstation("kyle");
    const login = await kyle.logIn(mcias.user("kyle"));
    assert.equal(login.code, 0, login.stderr);
    await nc.flush();
    const token = (await readFile(kyle.tokenPath, "utf8")).trim();
    const session = await readFile(kyle.sessionPath, "utf8");
    const [, jwt = ""] = session.split("\n");
    assert.ok(jwt.length > 100);
    assert.equal(heard.length, 1, "the answer alone is heard");
    for (const message of heard) {
      assert.match(message, /^\{"version":1,"from":"X[A-Z2-7]{55}","box":"[\w+/=]+"\}$/);
      const box = Buffer.from(JSON.parse(message).box, "base64").toString("latin1");
      for (const secret of [token, jwt, "kyle", "eyJ"]) assert.ok(!(message + box).includes(secret));
    }
  });

test("who is a guest at MCIAS gets nothing, and is told why", async (t) => {
  const { mcias, startAuth, workstation } = await startLoginSetup(t);
  await startAuth();
  const mary = await workstation("mary");
  const login = await mary.logIn(mcias.user("mary", { roles: ["guest"] }), "--json");
  assert.equal(login.code, 5);
  const { error } = assertJson("error-output", login.stderr.trim().split("\n").at(-1) ?? "");
  assert.deepEqual([error.code, error.details], ["E_REFUSED", { reason: "not-permitted" }]);
  await assert.rejects(stat(mary.sessionPath), /ENOENT/);
});

test("a session of somebody else is gone as soon as another person logs in", async (t) => {
  const { mcias, startAuth, workstation } = await startLoginSetup(t);
  await startAuth();
  const shared = await workstation("shared");
  await shared.logIn(mcias.user("kyle"));
  const { user: kyle } = await whoami(shared);
  await shared.logIn(mcias.user("guest", { roles: ["guest"] }));
  assert.equal((await whoami(shared)).user, undefined);
  await shared.logIn(mcias.user("mary"));
  assert.notEqual((await whoami(shared)).user?.publicKey, kyle?.publicKey);
});
