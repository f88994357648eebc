import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { listNames, readAll } from "../../../../src/cli/definition/find-definition.ts";
import { parseDefinition, readDefinition } from "../../../../src/cli/definition/read-definition.ts";
import type { ServiceSpec } from "../../../../src/schemas/service/spec.ts";
import { hasCode, messageOf } from "../../../../src/values/error.ts";
import type { ErrorCode } from "../../../../src/values/error-codes.ts";
import { tempDir } from "../../../helpers/temp-dir.ts";

const GOOD = join(import.meta.dirname, "../../../fixtures/definitions/good");
const SMALL = 'name = "web"\nnode = "rift"\n[[components]]\nname = "api"\nimage = "registry.example.net/web:v1.0.0"\n';

const refusal = (code: ErrorCode, words: RegExp) => (error: unknown) => {
  assert.ok(hasCode(error, code), messageOf(error));
  assert.match(messageOf(error), words);
  return true;
};

test("accepts every good definition", async () => {
  const { definitions, failures } = await readAll(GOOD);
  assert.deepEqual(
    failures.map(({ error }) => error.message),
    [],
  );
  assert.deepEqual(
    definitions.map(({ spec }) => spec.name),
    await listNames(GOOD),
  );
  assert.ok(definitions.length >= 8);
});

test("turns every field of the full example into its checked form", async () => {
  const { spec, nodes, definition } = await readDefinition(join(GOOD, "myservice.toml"), "myservice");
  const expected: ServiceSpec["components"][number] = {
    name: "api",
    image: "registry.example.net/myservice:v1.0.0",
    network: "mcpnet",
    user: "0:0",
    restart: { policy: "unless-stopped" },
    ports: [{ hostAddress: "127.0.0.1", hostPort: 8443, containerPort: 8443, protocol: "tcp" }],
    volumes: [{ kind: "bind", source: "/srv/myservice", target: "/srv/myservice", readOnly: false, options: [] }],
    cmd: ["server", "--config", "/srv/myservice/myservice.toml"],
    env: { LOG: "info" },
    dependsOn: ["db"],
    memoryBytes: 512 * 1024 ** 2,
    cpus: 1.5,
    readOnly: true,
    capDrop: ["all"],
    labels: { team: "core" },
    stopTimeoutMs: 10_000,
    minUpMs: 2_000,
    overlap: false,
    pull: "missing",
    health: {
      check: { kind: "http", url: "http://127.0.0.1:8443/healthz" },
      intervalMs: 10_000,
      timeoutMs: 3_000,
      retries: 3,
      startPeriodMs: 0,
      onUnhealthy: "restart",
    },
  };
  assert.deepEqual(spec.components[0], expected);
  assert.deepEqual([spec.name, spec.active, spec.drift, nodes], ["myservice", true, "repair", ["rift"]]);
  assert.equal(definition.components[0]?.health?.interval, "10s");
});

test("fills in the same defaults as writing them out", () => {
  const written = `${SMALL}restart = "unless-stopped"\nports = []\nvolumes = []\ncmd = []\nenv = []\ndepends_on = []\nread_only = false
cap_drop = []\nstop_timeout = "10s"\nmin_up = "2s"\noverlap = false\npull = "missing"\n[components.labels]\n`;
  const full = parseDefinition("a.toml", written.replace("[[", 'active = true\ndrift = "repair"\n[['));
  assert.deepEqual(parseDefinition("b.toml", SMALL).spec, full.spec);
});

test("normalizes volumes, capabilities and addresses, so that spelling makes no drift", () => {
  const more = 'volumes = ["/srv/a/:/a/:Z,U"]\ncap_drop = ["cap_net_raw", "CHOWN"]\nports = ["[0:0:0::1]:80:80"]\n';
  const [component] = parseDefinition("a.toml", SMALL + more).spec.components;
  assert.deepEqual(component?.volumes, [
    { kind: "bind", source: "/srv/a", target: "/a", readOnly: false, options: ["U", "Z"] },
  ]);
  assert.deepEqual(component?.capDrop, ["CHOWN", "NET_RAW"]);
  assert.equal(component?.ports[0]?.hostAddress, "::1");
});

test("keeps the order of nodes and counts them", () => {
  const { nodes } = parseDefinition("a.toml", SMALL.replace('node = "rift"', 'nodes = ["b", "a", "c"]'));
  assert.deepEqual(nodes, ["b", "a", "c"]);
});

test("refuses a file with the name of another service", () => {
  assert.throws(
    () => parseDefinition("/dir/shop.toml", SMALL, "shop"),
    refusal("E_DEFINITION", /name: is "web", but the name of the file is "shop\.toml"; write instead: name = "shop"/),
  );
  assert.throws(
    () => parseDefinition("/dir/Bad Name.toml", SMALL, "Bad Name"),
    refusal("E_DEFINITION", /name: is "web", but the name of the file is "Bad Name\.toml": rename it to web\.toml$/),
    "the name of the file is the mistake: no service can have it",
  );
  assert.equal(parseDefinition("/dir/shop.toml", SMALL).spec.name, "web");
});

test("refuses a missing file, a directory, a pipe and text that is no UTF-8", async (t) => {
  const dir = await tempDir(t);
  const at = (name: string) => join(dir, name);
  await mkdir(at("dir.toml"));
  await promisify(execFile)("mkfifo", [at("pipe.toml")]);
  await writeFile(at("latin.toml"), Buffer.from("name = 'caf\xe9'\n", "latin1"));
  await assert.rejects(readDefinition(at("none.toml")), refusal("E_NOT_FOUND", /there is no such file/));
  await assert.rejects(readDefinition(at("dir.toml")), refusal("E_DEFINITION", /is not a regular file/));
  await assert.rejects(readDefinition(at("pipe.toml")), refusal("E_DEFINITION", /is not a regular file/));
  await assert.rejects(readDefinition("/dev/zero"), refusal("E_DEFINITION", /is not a regular file/));
  await assert.rejects(readDefinition(at("latin.toml")), refusal("E_DEFINITION", /is not UTF-8/));
});

test("refuses a file of 10 MB without reading it", async (t) => {
  const path = join(await tempDir(t), "big.toml");
  await writeFile(path, SMALL + "#".repeat(10_000_000));
  await assert.rejects(readDefinition(path), refusal("E_DEFINITION", /is larger than 1048576 bytes/));
});

test("refuses a service that is larger than a document of the bus may be", () => {
  const env = Array.from({ length: 3_000 }, (_, index) => `"KEY_${index}=${"x".repeat(100)}"`);
  assert.throws(() => parseDefinition("a.toml", `${SMALL}env = [${env}]`), refusal("E_DEFINITION", /is too large/));
});

test("survives what is nested, long or named to do harm", () => {
  const dotted = `${"a.".repeat(100_000)}a = 1\n`;
  for (const hostile of [
    `cmd = ${"[".repeat(20_000)}${"]".repeat(20_000)}`,
    `cmd = ${"{a=".repeat(20_000)}`,
    dotted,
    `[${dotted.slice(0, -6)}a]\n`,
    `cmd = ["${"x".repeat(900_000)}"]`,
    `cpus = 1${"0".repeat(500_000)}`,
    `ports = [${'"80:80",'.repeat(500)}]`,
    "[__proto__]\npolluted = true",
    "[constructor.prototype]\npolluted = true",
    "env = { __proto__ = { polluted = true } }",
  ]) {
    assert.throws(
      () => parseDefinition("a.toml", SMALL + hostile),
      (error) => hasCode(error, "E_DEFINITION"),
      hostile.slice(0, 40),
    );
  }
  assert.equal(Reflect.get({}, "polluted"), undefined);
});

test("repeats a file's text without codes that a terminal obeys, and not without end", () => {
  const name = `\\u001b]0;owned\\u0007${"y".repeat(10_000)}`;
  assert.throws(
    () => parseDefinition("a.toml", `${SMALL}memory = "${name}"`),
    (error) => {
      assert.ok(messageOf(error).length < 1_000);
      return refusal("E_DEFINITION", /\\u001b\]0;owned/)(error) && !messageOf(error).includes("\u001b");
    },
  );
});
