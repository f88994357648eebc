/** The small grammars of a definition: what they take, what they refuse, and that writing goes back to reading. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { fullImageName, parseImageReference } from "../../../src/schemas/service/image-reference.ts";
import { formatPort, parsePort, portsClash } from "../../../src/schemas/service/port-text.ts";
import { formatRestart, parseRestart } from "../../../src/schemas/service/restart-text.ts";
import { formatVolume, parseVolume } from "../../../src/schemas/service/volume-text.ts";
import { formatBytes, parseBytes } from "../../../src/values/bytes.ts";
import { formatDuration, parseDuration } from "../../../src/values/duration.ts";
import { isWrong, type Parsed } from "../../../src/values/parsed.ts";

const ANY_TIME = { minMs: 0, maxMs: Number.MAX_SAFE_INTEGER };
const ANY_SIZE = { min: 0, max: Number.MAX_SAFE_INTEGER };

function taken<T>(parsed: Parsed<T>): T | undefined {
  return isWrong(parsed) ? undefined : parsed.value;
}

function value<T>(parsed: Parsed<T>): T {
  if (isWrong(parsed)) return assert.fail(parsed.wrong);
  return parsed.value;
}

test("durations are numbers with units, from larger to smaller", () => {
  const cases: [string, number | undefined][] = [
    ["10s", 10_000],
    ["250ms", 250],
    ["1m30s", 90_000],
    ["1d2h3m4s5ms", 93_784_005],
    ["1.5h", 5_400_000],
    ["1.1s", 1_100],
    ["0s", 0],
    ["10", undefined],
    ["", undefined],
    ["s", undefined],
    ["10 s", undefined],
    ["-1s", undefined],
    ["1s1m", undefined],
    ["1s1s", undefined],
    ["1.5ms", undefined],
    ["10S", undefined],
    ["1e3s", undefined],
    [".5s", undefined],
    ["10s ", undefined],
    ["1w", undefined],
    ["1 minute", undefined],
  ];
  for (const [text, expected] of cases) assert.equal(taken(parseDuration(text, ANY_TIME)), expected, text);
});

test("a duration is kept within its bounds, which are told", () => {
  const bounds = { minMs: 1_000, maxMs: 60_000 };
  assert.deepEqual(parseDuration("1s", bounds), { value: 1_000 });
  assert.deepEqual(parseDuration("1m", bounds), { value: 60_000 });
  assert.deepEqual(parseDuration("999ms", bounds), { wrong: "999ms is outside 1s to 1m", instead: '"1s"' });
  assert.deepEqual(parseDuration("61s", bounds), { wrong: "61s is outside 1s to 1m", instead: '"1m"' });
});

test("every duration in whole milliseconds is written so that it is read again", () => {
  fc.assert(
    fc.property(fc.nat({ max: 999_999_999 }), fc.constantFrom(1, 1_000, 60_000, 3_600_000), (count, unit) => {
      const valueMs = (count * unit) % 8.64e13;
      assert.equal(value(parseDuration(formatDuration(valueMs), ANY_TIME)), valueMs);
    }),
  );
});

test("amounts of bytes are powers of 1024 however they are spelled", () => {
  const mib = 1024 ** 2;
  for (const text of ["512m", "512M", "512MB", "512MiB", "512mb", "512 m", "536870912", "536870912b", "0.5g"]) {
    assert.equal(taken(parseBytes(text, ANY_SIZE)), 512 * mib, text);
  }
  for (const text of ["", "m", "-1m", "1e3", "1.5", "0.3k", "512 mm", "512ib", "512x", "9999999t", "0x10", "1,5g"]) {
    assert.equal(taken(parseBytes(text, ANY_SIZE)), undefined, text);
  }
  assert.equal(taken(parseBytes("5m", { min: 6 * mib, max: mib ** 2 })), undefined);
});

test("every amount of bytes is written so that it is read again", () => {
  fc.assert(
    fc.property(fc.nat({ max: 4_000_000 }), fc.nat({ max: 3 }), (count, power) => {
      const bytes = count * 1024 ** power;
      assert.equal(value(parseBytes(formatBytes(bytes), ANY_SIZE)), bytes);
    }),
  );
});

test("image references are taken apart", () => {
  const digest = `sha256:${"0123456789abcdef".repeat(4)}`;
  const cases: Record<string, object> = {
    "busybox:1.36": { path: "busybox", tag: "1.36" },
    "team/web:v1": { path: "team/web", tag: "v1" },
    "registry.example.net/team/web:v1": { registry: "registry.example.net", path: "team/web", tag: "v1" },
    "localhost:5000/web:v1": { registry: "localhost:5000", path: "web", tag: "v1" },
    "localhost/web:v1": { registry: "localhost", path: "web", tag: "v1" },
    "[::1]:5000/web:v1": { registry: "[::1]:5000", path: "web", tag: "v1" },
    [`web@${digest}`]: { path: "web", digest },
    [`registry.example.net:5000/web:latest@${digest}`]: {
      registry: "registry.example.net:5000",
      path: "web",
      tag: "latest",
      digest,
    },
    "a--b/c__d/e.f:T_1.2-x": { path: "a--b/c__d/e.f", tag: "T_1.2-x" },
  };
  for (const [text, expected] of Object.entries(cases))
    assert.deepEqual(taken(parseImageReference(text)), expected, text);
});

test("a short image name is completed as docker does", () => {
  const registry = ["docker", "io"].join(".");
  const cases: Record<string, string | undefined> = {
    "nginx:1.27": `${registry}/library/nginx:1.27`,
    "user/name:v1": `${registry}/user/name:v1`,
    "a/b/c:1": undefined,
  };
  for (const [text, expected] of Object.entries(cases)) assert.equal(fullImageName(text), expected, text);
});

test("a reference without a version gets no invented one", () => {
  for (const text of ["nginx", "registry.example.net/web", "web:latest"]) {
    const parsed = parseImageReference(text);
    assert.ok("wrong" in parsed, text);
    assert.deepEqual([parsed.instead, parsed.example], [undefined, undefined], text);
  }
});

test("image references that name no one version, or nothing at all, are refused", () => {
  for (const text of [
    "",
    "web",
    "web:latest",
    "registry.example.net:5000/web",
    "Web:1",
    "web:",
    ":1",
    "/web:1",
    "web//x:1",
    "web:1@",
    "web@sha256:12",
    "registry.example.net/:1",
    "https://registry.example.net/web:1",
    "web:1 ",
    "web:.1",
    `web:${"a".repeat(129)}`,
    "-web:1",
    "web-:1",
    "web:1@sha256:x@sha256:y",
    "ex_ample.net:80/web:1",
    `${"a/".repeat(200)}web:1`,
    "web\n:1",
  ])
    assert.equal(taken(parseImageReference(text)), undefined, text);
});

test("ports are taken apart, IPv6 in brackets", () => {
  const tcp = { protocol: "tcp" };
  const cases: Record<string, object> = {
    "80:8080": { hostPort: 80, containerPort: 8080, ...tcp },
    "80:8080/udp": { hostPort: 80, containerPort: 8080, protocol: "udp" },
    "127.0.0.1:80:8080/tcp": { hostAddress: "127.0.0.1", hostPort: 80, containerPort: 8080, ...tcp },
    "[::1]:1:65535": { hostAddress: "::1", hostPort: 1, containerPort: 65_535, ...tcp },
    "[FE80:0:0:0::1]:1:2": { hostAddress: "fe80::1", hostPort: 1, containerPort: 2, ...tcp },
  };
  for (const [text, expected] of Object.entries(cases)) assert.deepEqual(taken(parsePort(text)), expected, text);
  for (const text of [
    "",
    "80",
    "0:80",
    "80:0",
    "80:65536",
    "080:80",
    "a:b",
    ":80:80",
    "1.2.3:80:80",
    "::1:80:80",
    "[::1%eth0]:1:2",
    "80:80/",
    "80:80/sctp",
    "1-2:1-2",
    "1:2:3:4",
    " 80:80",
    "+1:2",
  ]) {
    assert.equal(taken(parsePort(text)), undefined, text);
  }
});

test("two ports clash when one socket would be in the other's way", () => {
  const clash = (a: string, b: string) => [
    portsClash(value(parsePort(a)), value(parsePort(b))),
    portsClash(value(parsePort(b)), value(parsePort(a))),
  ];
  for (const [a, b] of [
    ["80:1", "80:2"],
    ["80:1", "127.0.0.1:80:1"],
    ["80:1", "[::1]:80:1"],
    ["0.0.0.0:80:1", "192.0.2.1:80:1"],
    ["[::]:80:1", "127.0.0.1:80:1"],
    ["[::1]:80:1", "[0::1]:80:1"],
  ] as const)
    assert.deepEqual(clash(a, b), [true, true], `${a} ${b}`);
  for (const [a, b] of [
    ["80:1", "81:1"],
    ["80:1/udp", "80:1/tcp"],
    ["127.0.0.1:80:1", "127.0.0.2:80:1"],
    ["0.0.0.0:80:1", "[::1]:80:1"],
    ["127.0.0.1:80:1", "[::1]:80:1"],
  ] as const)
    assert.deepEqual(clash(a, b), [false, false], `${a} ${b}`);
});

test("volumes are binds of absolute paths or podman volumes", () => {
  const bind = { kind: "bind", source: "/a", target: "/b", readOnly: false, options: [] };
  const cases: Record<string, object> = {
    "/a:/b": bind,
    "/a/:/b/": bind,
    "/a:/b:rw": bind,
    "/a:/b:ro,z": { ...bind, readOnly: true, options: ["z"] },
    "/a:/b:U,Z": { ...bind, options: ["U", "Z"] },
    "data:/b": { ...bind, kind: "volume", source: "data" },
    "/:/b:ro": { ...bind, source: "/", readOnly: true },
  };
  for (const [text, expected] of Object.entries(cases)) assert.deepEqual(taken(parseVolume(text)), expected, text);
  for (const text of [
    "",
    "/a",
    "/a:b",
    "a/b:/c",
    "./a:/b",
    "../a:/b",
    "~:/b",
    "/a/..:/b",
    "/a//b:/c",
    "/a:/b/../c",
    "/a:/",
    "/a:/b:",
    "/a:/b:ro,ro",
    "/a:/b:ro,rw",
    "/a:/b:z,Z",
    "/a:/b:x",
    "/a:/b:ro:z",
    ":/b",
    "-a:/b",
    "/a\0:/b",
  ]) {
    assert.equal(taken(parseVolume(text)), undefined, text);
  }
});

test("restart policies are podman's", () => {
  for (const text of ["no", "always", "unless-stopped", "on-failure", "on-failure:7"]) {
    assert.equal(formatRestart(value(parseRestart(text))), text);
  }
  for (const text of [
    "",
    "never",
    "No",
    "on-failure:",
    "on-failure:0",
    "on-failure:x",
    "always:1",
    "on-failure:1:2",
    "on-failure:-1",
  ]) {
    assert.equal(taken(parseRestart(text)), undefined, text);
  }
});

test("what is written of a port or a volume is read again as the same", () => {
  const texts = ["80:8080", "[::1]:53:53/udp", "0.0.0.0:1:2"];
  assert.deepEqual(
    texts.map((text) => formatPort(value(parsePort(text)))),
    texts,
  );
  const volumes = ["/a:/b", "data:/b:ro", "/a:/b:ro,U,Z", "/a:/b:z"];
  assert.deepEqual(
    volumes.map((text) => formatVolume(value(parseVolume(text)))),
    volumes,
  );
});
