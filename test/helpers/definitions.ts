/** Arbitrary definitions as people could write them, for property tests; every one is right. */
import fc from "fast-check";
import type { ComponentDefinition, HealthDefinition, ServiceDefinition } from "../../src/schemas/service/definition.ts";

/** Cases of a property: few by default, `MCP_TEST_CASES` of them in the nightly profile. */
export const CASES = Number(process.env["MCP_TEST_CASES"] ?? 300);

const name = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?$/);
const text = fc.string({ unit: "grapheme", maxLength: 12 }).filter((s) => !s.includes("\0"));
const envKey = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_.-]{0,8}$/).filter((key) => key !== "__proto__");
const labelKey = fc.stringMatching(/^[a-z][a-z0-9./-]{0,8}$/).filter((key) => !key.startsWith("mcp."));
const port = fc.integer({ min: 1, max: 65_535 });
const hex = (length: number) =>
  fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: length, maxLength: length });
const duration = (maxSeconds: number) => fc.integer({ min: 1, max: maxSeconds }).map((n) => `${n}s`);

const image = fc.oneof(
  fc.tuple(name, fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,9}$/)).map(([n, t]) => `${n}:${t}x`),
  fc.tuple(name, name, hex(64)).map(([a, b, d]) => `registry.example.net:5000/${a}/${b}@sha256:${d}`),
);

const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => `/${parts.join("/")}`);
const options = fc.subarray(["z", "U"]).chain((flags) => fc.constantFrom(flags, ["ro", ...flags], ["rw", ...flags]));
const volume = fc
  .tuple(fc.oneof(path, name), path, options)
  .map(([source, target, flags]) => [source, target, ...(flags.length === 0 ? [] : [flags.join(",")])].join(":"));

const health: fc.Arbitrary<HealthDefinition> = fc.record(
  {
    cmd: fc.array(text, { minLength: 1, maxLength: 3 }).filter(([program]) => program !== ""),
    interval: duration(100).map((d) => `${d}`),
    timeout: fc.constantFrom("100ms", "1s"),
    retries: fc.integer({ min: 1, max: 100 }),
    start_period: duration(3_600),
    on_unhealthy: fc.constantFrom("restart", "report"),
  },
  { requiredKeys: ["cmd"] },
);

/** Ports are numbered by the caller, since no two may be the same. */
const component: fc.Arbitrary<ComponentDefinition> = fc.record(
  {
    name,
    image,
    network: name.map((n) => `n-${n}`),
    user: fc.constantFrom("0:0", "1000", "app:app"),
    restart: fc.constantFrom("no", "always", "unless-stopped", "on-failure", "on-failure:3"),
    volumes: fc.uniqueArray(volume, { maxLength: 3, selector: (v) => v.split(":")[1] }),
    cmd: fc.array(text, { maxLength: 3 }),
    env: fc.oneof(
      fc.dictionary(envKey, text, { maxKeys: 3, noNullPrototype: true }),
      fc
        .uniqueArray(fc.tuple(envKey, text), { maxLength: 3, selector: ([key]) => key })
        .map((pairs) => pairs.map((p) => p.join("="))),
    ),
    memory: fc.oneof(
      fc.integer({ min: 6, max: 9_999 }).map((n) => `${n}m`),
      fc.integer({ min: 6_291_456 }).map(String),
    ),
    cpus: fc.oneof(fc.integer({ min: 1, max: 64 }), fc.double({ min: 0.01, max: 64, noNaN: true })),
    read_only: fc.boolean(),
    cap_drop: fc.constantFrom([], ["all"], ["NET_RAW", "cap_chown"]),
    labels: fc.dictionary(labelKey, text, { maxKeys: 3, noNullPrototype: true }),
    stop_timeout: duration(3_600),
    min_up: fc.integer({ min: 0, max: 3_600_000 }).map((n) => `${n}ms`),
    overlap: fc.boolean(),
    pull: fc.constantFrom("missing", "always"),
    health,
    hostname: fc.oneof(
      name,
      name.map((n) => `${n}.example.net`),
    ),
    entrypoint: fc.oneof(
      fc.constant<string[]>([]),
      fc.tuple(name, fc.array(text, { maxLength: 2 })).map(([first, rest]) => [first, ...rest]),
    ),
    workdir: path,
    init: fc.boolean(),
    tty: fc.boolean(),
    stdin: fc.boolean(),
    stop_signal: fc.constantFrom("SIGINT", "QUIT", "sigusr1", "9", "SIGRTMIN+3", "RTMIN"),
    shm_size: fc.integer({ min: 64, max: 9_999_999 }).map((n) => `${n}k`),
    tmpfs: fc.uniqueArray(
      fc
        .tuple(path, fc.subarray(["size=64m", "mode=1770", "ro", "noexec"]))
        .map(([at, flags]) => (flags.length === 0 ? `/mem${at}` : `/mem${at}:${flags.join(",")}`)),
      { maxLength: 3, selector: (one) => one.split(":")[0] },
    ),
    extra_hosts: fc.uniqueArray(
      fc.tuple(name, fc.constantFrom("10.0.0.5", "fd00::1", "host-gateway")).map(([n, at]) => `${n}:${at}`),
      { maxLength: 3, selector: (one) => one.split(":")[0] },
    ),
    dns: fc.subarray(["9.9.9.9", "2620:fe::fe"]),
    dns_search: fc.uniqueArray(name, { maxLength: 2 }),
  },
  { requiredKeys: ["name", "image"] },
);

function withPorts(components: ComponentDefinition[], first: number): ComponentDefinition[] {
  return components.map((one, index) => {
    const host = (first + index * 2) % 65_000;
    return index % 2 === 0 ? one : { ...one, ports: [`${host + 1}:80`, `[::1]:${host + 2}:80/udp`] };
  });
}

export const definitions: fc.Arbitrary<ServiceDefinition> = fc
  .tuple(
    fc.record(
      { name, active: fc.boolean(), drift: fc.constantFrom("repair", "report", "ignore") },
      { requiredKeys: ["name"] },
    ),
    fc.oneof(
      name.map((node) => ({ node })),
      fc.uniqueArray(name, { minLength: 2, maxLength: 4 }).map((nodes) => ({ nodes })),
    ),
    fc.uniqueArray(component, { minLength: 1, maxLength: 4, selector: (one) => one.name }),
    port,
  )
  .map(([service, where, components, first]) => ({ ...service, ...where, components: withPorts(components, first) }));
