/** What a container has against what its spec says, field by field; and what is no difference although it looks like one. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { changedSettings } from "../../../../src/agent/reconcile/drift/changed-settings.ts";
import { plan } from "../../../../src/agent/reconcile/plan/plan.ts";
import type { ContainerSettings } from "../../../../src/agent/runtime/runtime.ts";
import { containerFields } from "../../../../src/schemas/container/rows.ts";
import type { ComponentSpec } from "../../../../src/schemas/service/spec.ts";
import { component, container, desired, NOW_MS, planInput, service, settled } from "../../../helpers/builders.ts";

const full = component({
  image: "example.net/web:v1",
  network: "shop",
  ports: [{ hostPort: 8080, containerPort: 80, protocol: "tcp" }],
  volumes: [{ kind: "volume", source: "data", target: "/data", readOnly: false, options: ["U"] }],
  env: { LOG: "info", TOKEN: "s3cret" },
  memoryBytes: 104_857_600,
  cpus: 0.5,
});

function settings(own: Partial<ContainerSettings> = {}, spec = full): ContainerSettings {
  const { ports, volumes, env, restart, memoryBytes, cpus } = spec;
  return {
    networkMode: "bridge",
    networks: { shop: ["web-api", "api", "0123456789ab"] },
    ...{ ports, volumes, restart, env: { PATH: "/bin", HOME: "/root", ...env } },
    ...(memoryBytes === undefined ? {} : { memoryBytes }),
    ...(cpus === undefined ? {} : { cpus }),
    fields: containerFields(spec),
    ...own,
  };
}

const ALL = { memory: true, cpus: true };

function differences(
  own: Partial<ContainerSettings>,
  more: { spec?: ComponentSpec; container?: object } = {},
): string[] {
  const { spec = full } = more;
  const observed = container(spec, { has: settings(own, spec), enforced: ALL, ...more.container });
  return changedSettings("web", spec, observed).map(({ field, want, have }) => `${field}: ${want} → ${have}`);
}

const without = (key: keyof ContainerSettings) => {
  const { [key]: _, ...rest } = settings();
  return rest;
};

describe("a key of the container language", () => {
  const spec = { ...full, hostname: "own", tmpfs: [{ path: "/cache", options: ["size=65536"] }] };

  it("differs field by field, in the words of a definition", () => {
    assert.deepEqual(differences({ fields: { hostname: "other", init: true } }, { spec }), [
      "hostname: own → other",
      'tmpfs: ["/cache:size=64k"] → (none)',
    ]);
    assert.deepEqual(differences({}, { spec }), []);
  });

  it("that is absent is never drift, whatever podman made of it: no container of before is created again", () => {
    const fields = { hostname: "0123456789ab", workdir: "/srv", init: true, shmBytes: 1, tmpfs: spec.tmpfs };
    assert.deepEqual(differences({ fields }), []);
  });
});

describe("a setting that somebody changed", () => {
  const changes: Record<string, [Partial<ContainerSettings>, readonly string[]]> = {
    "its only network is gone": [{ networks: {} }, ["network: shop → none"]],
    "it has another network": [{ networks: { other: [] } }, ["network: shop → other"]],
    "it has one more network": [{ networks: { shop: ["web-api", "api"], other: [] } }, ["network: shop → other, shop"]],
    "its network is that of the node": [{ networkMode: "host", networks: {} }, ["network: shop → host"]],
    "it was connected again without its names": [
      { networks: { shop: ["0123456789ab"] } },
      ["network alias: web-api → none"],
    ],
    "it publishes another port": [
      { ports: [{ hostPort: 8081, containerPort: 80, protocol: "tcp" }] },
      ['ports: ["8080:80"] → ["8081:80"]'],
    ],
    "its volume is read-only": [
      { volumes: [{ kind: "volume", source: "data", target: "/data", readOnly: true, options: [] }] },
      ['volumes: ["data:/data:U"] → ["data:/data:ro"]'],
    ],
    "its volume is another one": [
      { volumes: [{ kind: "volume", source: "other", target: "/data", readOnly: false, options: [] }] },
      ['volumes: ["data:/data:U"] → ["other:/data"]'],
    ],
    "a variable is gone": [{ env: { LOG: "info" } }, ["env.TOKEN: (set) → none"]],
    "its memory limit is another one": [{ memoryBytes: 52_428_800 }, ["memory: 100m → 50m"]],
    "its cpus are others": [{ cpus: 1 }, ["cpus: 0.5 → 1"]],
    "its restart policy is another one": [{ restart: { policy: "no" } }, ["restart: unless-stopped → no"]],
  };

  for (const [title, [own, expected]] of Object.entries(changes)) {
    it(`is named with both values: ${title}`, () => {
      assert.deepEqual(
        differences(own).map((line) => line.replace("(none)", "none")),
        expected,
      );
    });
  }

  it("is not the component's own name: whether it has that depends on who else used the network when it came up", () => {
    for (const names of [["web-api"], ["web-api", "api"]]) {
      assert.deepEqual(differences({ networks: { shop: [...names, "0123456789ab"] } }), []);
    }
  });

  it("never shows the value of a variable", () => {
    const text = differences({ env: { LOG: "info", TOKEN: "t0k3n-of-another" } }).join();
    assert.match(text, /^env\.TOKEN: /);
    assert.doesNotMatch(text, /s3cret|t0k3n/);
  });

  it("counts where a limit is wanted and gone", () => {
    const observed = container(full, { has: without("memoryBytes") as ContainerSettings, enforced: ALL });
    assert.equal(changedSettings("web", full, observed)[0]?.field, "memory");
  });

  it("is another image under our label", () => {
    assert.equal(differences({}, { container: { image: "example.net/other:v1" } }).length, 1);
  });
});

describe("no difference", () => {
  const digest = `sha256:${"a".repeat(64)}`;
  const same: Record<string, () => string[]> = {
    "everything is as made": () => differences({}),
    "podman drops the tag of a name with a digest": () =>
      differences(
        {},
        {
          spec: component({ ...full, image: `example.net:5000/web:v1@${digest}` }),
          container: { image: `example.net:5000/web@${digest}` },
        },
      ),
    "every address is written as 0.0.0.0": () =>
      differences({ ports: [{ hostAddress: "0.0.0.0", hostPort: 8080, containerPort: 80, protocol: "tcp" }] }),
    "the image and podman add variables and volumes": () =>
      differences({
        env: { ...full.env, PATH: "/bin", VERSION: "7" },
        volumes: [
          ...full.volumes,
          { kind: "volume", source: "b".repeat(64), target: "/x", readOnly: false, options: [] },
        ],
      }),
    "volume options are not visible": () =>
      differences({ volumes: [{ kind: "volume", source: "data", target: "/data", readOnly: false, options: [] }] }),
    "quotas are counted in microseconds": () => differences({ cpus: 0.5004 }),
    "this node ignores limits": () => {
      const { memoryBytes: _m, cpus: _c, ...has } = settings();
      const observed = container(full, { has, enforced: { memory: false, cpus: false } });
      return changedSettings("web", full, observed).map(({ field }) => field);
    },
    "it is not known which limits this node enforces": () => {
      const { memoryBytes: _m, cpus: _c, ...has } = settings();
      return changedSettings("web", full, container(full, { has })).map(({ field }) => field);
    },
    "the spec leaves the network to podman": () =>
      differences({ networkMode: "slirp4netns", networks: {} }, { spec: component() }),
    "an adopted container has more than a spec can say": () => {
      const { "mcp.attempt": _, ...labels } = container(full).labels;
      return differences(
        { networks: { shop: [], other: ["x"] }, env: {}, volumes: [] },
        { container: { labels, image: "localhost/built:latest" } },
      );
    },
    "it was not inspected": () => changedSettings("web", full, container(full)).map(({ field }) => field),
  };

  for (const [title, found] of Object.entries(same)) it(`is seen when ${title}`, () => assert.deepEqual(found(), []));
});

describe("a changed container", () => {
  const document = desired({ spec: service({ components: [full] }) });
  const detached = (own: object = {}) => container(full, { has: settings({ networks: {} }), enforced: ALL, ...own });
  const made = (observed: ReturnType<typeof container>, own: object = {}) =>
    plan(planInput(document, { containers: [observed], memory: settled(document, own) }));

  it("is replaced, as outdated", () => {
    const { drift, actions } = made(detached());
    assert.deepEqual([drift.map(({ kind }) => kind), actions.map(({ kind }) => kind)], [["outdated"], ["rollout"]]);
  });

  it("is not replaced again when the new container has the same difference", () => {
    const since = new Date(NOW_MS - 120_000).toISOString();
    const [first] = made(detached()).drift;
    assert.ok(first);
    const open = { drift: [{ ...first, since, repairs: 1 }] };
    const { drift, actions } = made(detached({ createdAtMs: NOW_MS - 60_000 }), open);
    assert.deepEqual([drift.length, actions], [1, []]);
    assert.equal(made(detached({ createdAtMs: NOW_MS - 180_000 }), open).actions.length, 1);
  });

  it("that does not run is started first: what it has is only compared while it runs", () => {
    assert.deepEqual(
      made(detached({ state: "exited", exitCode: 1 })).drift.map(({ kind }) => kind),
      ["not-running"],
    );
  });
});
