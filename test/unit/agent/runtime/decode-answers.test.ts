/** Answers of podman 4.3 (recorded, then shortened) and of podman 5 (written after its sources: marked "5"). */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { jsonLines } from "../../../../src/agent/runtime/decode/json-lines.ts";
import { containerDetail, containersOf, infoOf } from "../../../../src/agent/runtime/podman/decode-answers.ts";
import { runtimeEvent } from "../../../../src/agent/runtime/podman/events.ts";

const FIXTURES = new URL("../../../fixtures/podman/", import.meta.url);
const fixture = async (name: string): Promise<unknown> => JSON.parse(await readFile(new URL(name, FIXTURES), "utf8"));
const RELEASES = ["4.3", "5"] as const;

async function events(name: string) {
  async function* chunks() {
    yield await readFile(new URL(name, FIXTURES));
  }
  const found = [];
  for await (const line of jsonLines(chunks(), "events")) found.push(runtimeEvent(line));
  return found;
}

for (const release of RELEASES) {
  test(`podman ${release}: a list tells state, times and exit code of each container`, async () => {
    const [running, fresh, dead] = containersOf(await fixture(`${release}-list.json`));
    assert.deepEqual(running, {
      id: "47b305ba579583a5a80cc335a1f6f146d13190106def93b69fea1436f35ad541",
      name: "web-api",
      labels: { "mcp.service": "web" },
      image: "registry.example.net/hello:v1",
      imageId: "afdb422cc2ae70e239e5ddbd28c2a48157e76f0d8cb6576904a70d8ac54e2f90",
      state: "running",
      createdAtMs: Date.UTC(2026, 10, 22, 9, 47, 32, 4),
      startedAtMs: 1795340858000,
      pid: 10138,
    });
    assert.deepEqual([fresh?.state, fresh?.startedAtMs, fresh?.labels, fresh?.pid], ["created", 0, {}, undefined]);
    assert.deepEqual([dead?.state, dead?.exitCode], ["exited", 137]);
  });
}

test("podman 5: a container that waits to be cleaned up has exited", async () => {
  const stopped = containersOf(await fixture("5-list.json"))[3];
  assert.deepEqual([stopped?.state, stopped?.exitCode], ["exited", 137]);
});

test("podman 4.3: inspect tells restarts and the start time in podman's own digits", async () => {
  const detail = containerDetail(await fixture("4.3-inspect.json"));
  assert.equal(detail.startedAt, "2026-11-22T09:47:38.48370168Z");
  assert.equal(detail.startedAtMs, Date.UTC(2026, 10, 22, 9, 47, 38, 483));
  assert.deepEqual([detail.state, detail.restarts, detail.exitCode], ["running", 2, undefined]);
  assert.deepEqual([detail.name, detail.image], ["web-api", "registry.example.net/hello:v1"]);
});

test("podman 5: inspect with another time zone, without health and labels", async () => {
  const detail = containerDetail(await fixture("5-inspect.json"));
  assert.equal(detail.startedAtMs, Date.UTC(2026, 10, 22, 9, 47, 38, 483));
  assert.deepEqual([detail.state, detail.exitCode, detail.labels], ["exited", 3, {}]);
});

test("limits can be enforced where the controllers are delegated, and never rootless on cgroup v1", async () => {
  assert.deepEqual(infoOf(await fixture("4.3-info.json")).limits, { memory: false, cpus: false });
  const five = infoOf(await fixture("5-info.json"));
  assert.deepEqual(five.limits, { memory: true, cpus: true });
  assert.deepEqual([five.version, five.rootless, five.cgroupVersion], ["5.4.2", true, "v2"]);
  const some = (await fixture("5-info.json")) as { host: { cgroupControllers: string[] } };
  some.host.cgroupControllers = ["memory", "pids"];
  assert.deepEqual(infoOf(some).limits, { memory: true, cpus: false });
});

test("podman 4.3: events, of which only a death has an exit code", async () => {
  const found = await events("4.3-events.ndjson");
  assert.deepEqual(
    found.map(({ kind }) => kind),
    ["created", "other", "started", "died", "other", "removed"],
  );
  assert.deepEqual(
    found.map(({ exitCode }) => exitCode),
    [undefined, undefined, undefined, 7, undefined, undefined],
  );
  assert.deepEqual(found[0]?.labels, { "mcp.service": "web" });
  assert.equal(found[0]?.atMs, 1795340884385);
});

test("podman 5: events, with attributes that are no labels", async () => {
  const found = await events("5-events.ndjson");
  assert.deepEqual(
    found.map(({ kind }) => kind),
    ["created", "started", "other", "killed", "died", "removed"],
  );
  assert.ok(found.every(({ labels }) => JSON.stringify(labels) === '{"mcp.service":"web"}'));
  assert.equal(found[4]?.exitCode, 137);
});

test("an answer of another shape is an error that names the field and not its value", () => {
  const unreadableAnswer = { code: "E_RUNTIME", message: /`State`/ };
  assert.throws(() => containersOf([{ State: { secret: 1 } }]), unreadableAnswer);
  for (const answer of [undefined, "<html>", {}, [null], [[]], [{}]]) {
    assert.throws(() => containersOf(answer), { code: "E_RUNTIME" });
  }
  for (const answer of [undefined, null, [], "x", {}, { State: [] }]) {
    assert.throws(() => containerDetail(answer), { code: "E_RUNTIME" });
    assert.throws(() => infoOf(answer), { code: "E_RUNTIME" });
    assert.throws(() => runtimeEvent(answer), { code: "E_RUNTIME" });
  }
});

test("a list that Go wrote as null is empty", () => {
  assert.deepEqual(containersOf(null), []);
});
