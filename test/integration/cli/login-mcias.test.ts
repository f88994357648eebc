/** What `mcp login` says of each way in which MCIAS lets nobody in; without a bus, so that it ends with the token. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readFile, stat, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { describe, type TestContext, test } from "node:test";
import { type FakeMcias, MCIAS_CA, startFakeMcias } from "../../helpers/fake-mcias.ts";
import { freePort } from "../../helpers/free-port.ts";
import { assertJson } from "../../helpers/json-shape.ts";
import { runCli } from "../../helpers/run-cli.ts";
import { tempDir } from "../../helpers/temp-dir.ts";
import { totpCode } from "../../helpers/totp.ts";

interface Desk {
  readonly mcias: FakeMcias;
  readonly env: Record<string, string>;
  readonly tokenPath: string;
  /** With this as the password, and more on standard input behind it. */
  login(lines: readonly string[], ...words: readonly string[]): ReturnType<typeof runCli>;
}

async function desk(t: TestContext, more: Record<string, string> = {}): Promise<Desk> {
  const [dir, mcias] = await Promise.all([tempDir(t), startFakeMcias(t)]);
  const tokenPath = join(dir, "state", "token");
  const env = {
    HOME: dir,
    MCP_MCIAS_SERVER_URL: mcias.url,
    MCP_MCIAS_CA_CERT: MCIAS_CA,
    MCP_AUTH_TOKEN_PATH: tokenPath,
    ...more,
  };
  const login = (lines: readonly string[], ...words: readonly string[]) =>
    runCli(["login", "--username", "kyle", "--password-stdin", ...words], {
      env,
      cwd: dir,
      stdin: lines.map((line) => `${line}\n`).join(""),
      nowMs: Date.now(),
    });
  return { mcias, env, tokenPath, login };
}

describe("mcp login without a bus", () => {
  test("keeps the token, privately, and says which settings are missing for a session", async (t) => {
    const { mcias, tokenPath, login } = await desk(t, { MCP_MCIAS_TAGS: "env:restricted" });
    const { password } = mcias.user("kyle");
    const { code, stdout, stderr } = await login([password], "--json");
    assert.equal(code, 0, stderr);
    const output = assertJson("login-output", stdout);
    assert.deepEqual(output.missing, ["[bus] servers", "[auth] login_creds", "[auth] exchange_key"]);
    assert.equal(output.tokenPath, tokenPath);
    assert.match(await readFile(tokenPath, "utf8"), /^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    assert.equal((await stat(tokenPath)).mode & 0o777, 0o600);
    assert.equal((await stat(join(tokenPath, ".."))).mode & 0o777, 0o700);
    assert.deepEqual(mcias.logins, [{ username: "kyle", password, service_name: "mcp", tags: ["env:restricted"] }]);
  });

  test("replaces a token that was readable for others by a private one", async (t) => {
    const { mcias, env, tokenPath, login } = await desk(t);
    const path = join(env["HOME"] ?? "", "old");
    await writeFile(path, "old", { mode: 0o644 });
    env["MCP_AUTH_TOKEN_PATH"] = path;
    const { code } = await login([mcias.user("kyle").password]);
    assert.equal(code, 0);
    assert.equal((await stat(path)).mode & 0o777, 0o600);
    await assert.rejects(stat(tokenPath));
  });

  test("says that credentials which are named come before the login", async (t) => {
    const { mcias, login } = await desk(t, { MCP_BUS_SERVERS: "tls://bus.example.net", MCP_BUS_CREDS: "kyle.creds" });
    const { stderr } = await login([mcias.user("kyle").password]);
    assert.match(stderr, /commands still use .*kyle\.creds/);
  });
});

describe("one-time codes", () => {
  const totpSecret = randomBytes(20);
  const code = () => totpCode(totpSecret, Date.now());

  test("are the second line of standard input", async (t) => {
    const { mcias, login } = await desk(t);
    const { password } = mcias.user("kyle", { totpSecret });
    const { code: exit, stderr } = await login([password, code()], "--totp");
    assert.equal(exit, 0, stderr);
    assert.equal(mcias.logins.length, 1);
  });

  test("that MCIAS wants and nobody gave are told as such", async (t) => {
    const { mcias, login } = await desk(t);
    const { password } = mcias.user("kyle", { totpSecret });
    const { code: exit, stderr } = await login([password], "--json");
    assert.equal(exit, 5);
    const { error } = assertJson("error-output", stderr);
    assert.deepEqual(error.details, { reason: "totp-required" });
    assert.match(error.hint, /--totp/);
  });

  test("that are wrong are told apart from a wrong password", async (t) => {
    const { mcias, login } = await desk(t);
    const { password } = mcias.user("kyle", { totpSecret });
    const { code: exit, stderr } = await login([password, "000000"], "--totp");
    assert.equal(exit, 5);
    assert.match(stderr, /refuses the password or the one-time code of kyle \(E_REFUSED\)/);
    assert.match(stderr, /hint: a one-time code is valid for half a minute/);
  });

  test("that are not valid are not sent", async (t) => {
    const { mcias, login } = await desk(t);
    const { code: exit, stderr } = await login(["password", "12345"], "--totp");
    assert.equal(exit, 2);
    assert.match(stderr, /a one-time code has six digits/);
    assert.equal(mcias.asked.size, 0);
  });
});

describe("at a terminal", () => {
  test("password and code are asked for when they are wanted, and never shown", async (t) => {
    const { mcias, env } = await desk(t);
    const totpSecret = randomBytes(20);
    const { password } = mcias.user("kyle", { totpSecret });
    const typed = { password: false, code: false };
    const stdin = new PassThrough();
    const code = totpCode(totpSecret, Date.now());
    const { code: exit, stderr } = await runCli(["login", "--username", "kyle"], {
      env,
      cwd: env["HOME"] ?? "",
      tty: true,
      stdin,
      nowMs: Date.now(),
      onOutput: (_, shown) => {
        if (/Password:/.test(shown) && !typed.password) {
          typed.password = true;
          setImmediate(() => stdin.write(`${password}\n`)); // nobody types while the question is being written
        }
        if (/One-time code:/.test(shown) && !typed.code) {
          typed.code = true;
          setImmediate(() => stdin.write(`${code.slice(0, 3)} ${code.slice(3)}\n`)); // as apps show it
        }
      },
    });
    assert.equal(exit, 0, stderr);
    assert.deepEqual(typed, { password: true, code: true });
    assert.equal(mcias.logins.length, 2, "the code is asked for only after MCIAS wants one");
    for (const secret of [password, code, code.slice(0, 3)]) assert.ok(!stderr.includes(secret), "it was shown");
  });

  test("nothing is asked without one", async (t) => {
    const { env } = await desk(t);
    const { code, stderr } = await runCli(["login", "--username", "kyle"], { env, cwd: env["HOME"] ?? "" });
    assert.equal(code, 2);
    assert.match(stderr, /no terminal to ask for a password/);
    assert.match(stderr, /--password-stdin/);
  });
});

describe("who is not logged in is told why:", () => {
  const CASES: Record<
    string,
    readonly [prepare: (mcias: FakeMcias) => void, exit: number, error: RegExp, hint: RegExp]
  > = {
    "a wrong password": [
      () => undefined,
      5,
      /refuses the user name or the password of kyle \(E_REFUSED\)/,
      /try again/,
    ],
    "its policy": [
      (mcias) => void mcias.closedTo.add("mcp"),
      5,
      /does not let kyle log in here \(E_REFUSED\)/,
      /service_name/,
    ],
    "too many tries": [
      (mcias) => Object.assign(mcias, { answer: { status: 429, body: '{"error":"slow down","code":"rate_limited"}' } }),
      5,
      /too many logins/,
      /wait/,
    ],
    "a code that is not known here": [
      (mcias) => Object.assign(mcias, { answer: { status: 401, body: '{"error":"x","code":"account_locked"}' } }),
      5,
      /refuses the user name or the password/,
      /try again/,
    ],
    "a page of a proxy": [
      (mcias) => Object.assign(mcias, { answer: { status: 502, body: "<html>bad gateway</html>" } }),
      6,
      /cannot log anybody in \(status 502\) \(E_MCIAS\)/,
      /check/,
    ],
    "a redirect, which is not followed": [
      (mcias) => Object.assign(mcias, { answer: { status: 302, body: "" } }),
      6,
      /cannot log anybody in \(status 302\)/,
      /check/,
    ],
    "an answer without a token": [
      (mcias) => Object.assign(mcias, { answer: { status: 200, body: '{"token":"none","expires_at":"soon"}' } }),
      6,
      /holds no token \(E_INVALID_MESSAGE\)/,
      /versions/,
    ],
    "an answer without an end": [
      (mcias) => Object.assign(mcias, { answer: { status: 200, body: "x".repeat(100_000) } }),
      6,
      /cannot reach MCIAS.*\n.*too long/,
      /check/,
    ],
  };
  for (const [what, [prepare, exit, error, hint]] of Object.entries(CASES)) {
    test(what, async (t) => {
      const { mcias, tokenPath, login } = await desk(t);
      const { password } = mcias.user("kyle");
      prepare(mcias);
      const { code, stdout, stderr } = await login([what === "a wrong password" ? "wrong" : password]);
      assert.equal(code, exit, stderr);
      assert.match(stderr, error);
      assert.match(stderr.split("\n").find((line) => line.startsWith("hint: ")) ?? "", hint);
      assert.equal(stdout, "");
      assert.ok(!stderr.includes(password));
      await assert.rejects(stat(tokenPath), /ENOENT/);
    });
  }

  test("a certificate of an authority that is not trusted", async (t) => {
    const { login } = await desk(t, { MCP_MCIAS_CA_CERT: "" });
    const { code, stderr } = await login(["password"]);
    assert.equal(code, 6);
    assert.match(stderr, /the certificate of MCIAS at .* is not trusted \(E_MCIAS\)/);
    assert.match(stderr, /hint: name the file of its certificate authority/);
  });

  test("nobody listens there", async (t) => {
    const { login } = await desk(t, { MCP_MCIAS_SERVER_URL: `https://127.0.0.1:${await freePort()}` });
    const { code, stderr } = await login(["password"]);
    assert.equal(code, 6);
    assert.match(stderr, /cannot reach MCIAS at 127\.0\.0\.1:\d+ \(E_MCIAS\)/);
  });

  test("an address in plain text, to which nothing is sent", async (t) => {
    const asked: unknown[] = [];
    const server: Server = createServer((request) => asked.push(request.url)).listen(0, "127.0.0.1");
    await once(server, "listening");
    t.after(() => server.close());
    const { port } = server.address() as AddressInfo;
    const { login } = await desk(t, { MCP_MCIAS_SERVER_URL: `http://127.0.0.1:${port}` });
    const { code, stderr } = await login(["password"]);
    assert.equal(code, 5);
    assert.match(stderr, /would be reached in plain text/);
    assert.deepEqual(asked, []);
  });

  test("no MCIAS in the settings", async (t) => {
    const { login } = await desk(t, { MCP_MCIAS_SERVER_URL: "", MCP_MCIAS_CA_CERT: "" });
    const { code, stderr } = await login(["password"]);
    assert.equal(code, 2);
    assert.match(stderr, /no \[mcias\] section/);
  });
});
