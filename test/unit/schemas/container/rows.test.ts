/** The table of the container language: each key from a definition to podman and back. Podman itself is asked in test/contract. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ContainerDefinition } from "../../../../src/schemas/container/definition.ts";
import type { ContainerFields } from "../../../../src/schemas/container/fields.ts";
import {
  checkContainer,
  comparedContainer,
  containerInWords,
  readContainer,
  saidOfContainer,
  toPodman,
  usedKeys,
} from "../../../../src/schemas/container/rows.ts";
import { documentVersion, newKeys } from "../../../../src/schemas/service/document-version.ts";
import { component, service } from "../../../helpers/builders.ts";

const ALL: Required<ContainerDefinition> = {
  hostname: "db.example.net",
  entrypoint: ["/bin/server", "-v"],
  workdir: "/srv",
  init: true,
  tty: true,
  stdin: false,
  stop_signal: "int",
  shm_size: "1m",
  tmpfs: ["/b:noexec,size=64k,rw", "/a"],
  extra_hosts: ["a=[fd00::1]", "b:host-gateway"],
  dns: ["9.9.9.9"],
  dns_search: ["."],
};

function checked(draft: ContainerDefinition): ContainerFields {
  return checkContainer(draft, (at, { wrong }) => assert.fail(`${at.join(".")}: ${wrong}`));
}

function problems(draft: ContainerDefinition): string[] {
  const found: string[] = [];
  checkContainer(draft, (at, { wrong }) => found.push(`${at.join(".")}: ${wrong}`));
  return found;
}

describe("a key of the container language", () => {
  it("that is absent is absent from the spec, and so is an empty list", () => {
    assert.deepEqual(checked({}), {});
    assert.deepEqual(checked({ tmpfs: [], dns: [], extra_hosts: [], dns_search: [] }), {});
    assert.deepEqual(toPodman({}), {});
  });

  it("becomes the field of a spec in one form, however it is written", () => {
    const { tmpfs, extraHosts, stopSignal, shmBytes, stdin, ...rest } = checked(ALL);
    assert.deepEqual(tmpfs, [
      { path: "/a", options: [] },
      { path: "/b", options: ["noexec", "size=65536"] },
    ]);
    assert.deepEqual(extraHosts, ["a:fd00::1", "b:host-gateway"]);
    assert.deepEqual([stopSignal, shmBytes, stdin], ["SIGINT", 1_048_576, false]);
    assert.equal(Object.keys(rest).length, Object.keys(ALL).length - 5);
  });

  it("is written again so that it is read as the same", () => {
    assert.deepEqual(checked(containerInWords(checked(ALL))), checked(ALL));
  });

  it("reaches podman in podman's units", () => {
    const { stop_signal, shm_size, mounts, ...rest } = toPodman(checked(ALL));
    assert.deepEqual([stop_signal, shm_size], [2, 1_048_576]);
    const usual = ["rw", "nosuid", "nodev", "rprivate", "tmpcopyup"];
    assert.deepEqual(mounts, [
      { type: "tmpfs", source: "tmpfs", destination: "/a", options: usual },
      { type: "tmpfs", source: "tmpfs", destination: "/b", options: [...usual, "noexec", "size=65536"] },
    ]);
    assert.deepEqual([rest.terminal, rest.stdin, rest.init, rest.work_dir], [true, false, true, "/srv"]);
    assert.deepEqual(toPodman({ entrypoint: [] }), { entrypoint: [""] });
    assert.deepEqual(toPodman({ stopSignal: "SIGRTMIN+3" }), { stop_signal: 37 });
  });

  it("is refused with its position when it is wrong", () => {
    assert.match(problems({ tmpfs: ["/a", "/"] }).join(), /^tmpfs\.1: would hide/);
    assert.match(problems({ tmpfs: ["/a:size=1m,size=2m"] }).join(), /gives an option twice/);
    assert.match(problems({ workdir: "/a/../b" }).join(), /has empty, "\." or "\.\." parts/);
    assert.match(problems({ hostname: "a".repeat(65) }).join(), /not a host name|Linux allows 64/);
    for (const stop_signal of ["SIGNOPE", "0", "65", "SIGRTMIN+31", ""])
      assert.equal(problems({ stop_signal }).length, 1, stop_signal);
  });
});

/** As podman shows a container that nobody asked anything of. */
const PLAIN = {
  Id: "0123456789ab0000",
  Path: "/bin/main",
  Args: [],
  Config: { Hostname: "0123456789ab", WorkingDir: "/", Entrypoint: "", Cmd: ["/bin/main"], StopSignal: 15 },
  HostConfig: { ShmSize: 65_536_000, NetworkMode: "bridge", Tmpfs: {} },
};
const IMAGE = { Config: { Cmd: ["/bin/main"] } };

describe("what a container has", () => {
  it("is said only where the image and podman do not set it anyway", () => {
    assert.deepEqual(saidOfContainer({ container: PLAIN, image: IMAGE }), {});
    const named = { ...PLAIN, Config: { ...PLAIN.Config, Hostname: "api" } };
    assert.deepEqual(saidOfContainer({ container: named, image: IMAGE, component: "api" }), {});
    assert.deepEqual(saidOfContainer({ container: named, image: IMAGE, component: "db" }), { hostname: "api" });
    const onNode = { ...named, HostConfig: { ...PLAIN.HostConfig, NetworkMode: "host" } };
    assert.deepEqual(saidOfContainer({ container: onNode, image: IMAGE, nodeHostname: "api" }), {});
    assert.deepEqual(saidOfContainer({ container: onNode, image: IMAGE, nodeHostname: "rift" }), { hostname: "api" });
  });

  it("reads an entrypoint word for word, also behind podman's init process, from podman 4 and 5", () => {
    const own = { Path: "/run/podman-init", Args: ["--", "/bin/sh", "-c", "a  b", "x"] };
    const four = { ...own, Config: { Entrypoint: "/bin/sh -c", Cmd: ["a  b", "x"] } };
    assert.deepEqual(readContainer(four).entrypoint, ["/bin/sh", "-c"]);
    const oneWord = { Path: "/bin/main", Args: ["/bin/main"], Config: { Entrypoint: "/bin/main", Cmd: null } };
    assert.deepEqual(readContainer(oneWord).entrypoint, ["/bin/main"]);
    const five = { ...own, Config: { Entrypoint: ["/bin/sh", "-c"], Cmd: ["a  b", "x"] } };
    assert.deepEqual(readContainer(five).entrypoint, ["/bin/sh", "-c"]);
  });

  it("says the image's own entrypoint where it took the image's command away", () => {
    const image = { Config: { Entrypoint: ["/bin/main"], Cmd: ["serve"] } };
    const container = { ...PLAIN, Config: { ...PLAIN.Config, Entrypoint: "/bin/main", Cmd: null } };
    assert.deepEqual(saidOfContainer({ container, image }), { entrypoint: ["/bin/main"] });
  });

  it("reads a signal by number and by name", () => {
    for (const [shown, name] of [
      [2, "SIGINT"],
      ["2", "SIGINT"],
      ["INT", "SIGINT"],
      ["SIGINT", "SIGINT"],
      [34, "SIGRTMIN"],
      [37, "SIGRTMIN+3"],
    ] as const)
      assert.equal(readContainer({ Config: { StopSignal: shown } }).stopSignal, name);
  });

  it("differs only in fields that are wanted", () => {
    const have = readContainer(PLAIN);
    assert.deepEqual(comparedContainer({}, have), {});
    assert.deepEqual(comparedContainer({ init: true, hostname: "api" }, have), {
      init: false,
      hostname: "0123456789ab",
    });
    assert.deepEqual(comparedContainer({ init: false, workdir: "/" }, have), { init: false, workdir: "/" });
  });

  it("may have more directories in memory than are wanted, but not others", () => {
    const wanted = { tmpfs: [{ path: "/a", options: ["ro"] }] };
    const more = { tmpfs: [...wanted.tmpfs, { path: "/tmp", options: [] }] };
    assert.deepEqual(comparedContainer(wanted, more), wanted);
    assert.deepEqual(comparedContainer(wanted, { tmpfs: [{ path: "/a", options: [] }] }).tmpfs?.[0]?.options, []);
  });
});

describe("the version of a document", () => {
  it("is 1 unless a component uses a new key: agents of before can run it", () => {
    const plain = service({ components: [component({ name: "db" })] });
    assert.deepEqual([documentVersion(plain), documentVersion(undefined), newKeys(plain)], [1, 1, []]);
  });

  it("is 2 for each new key, even where it is off", () => {
    for (const [key, value] of Object.entries(ALL)) {
      const fields = checked({ [key]: value });
      const spec = service({ components: [component({ name: "db" }), component({ name: "api", ...fields })] });
      assert.deepEqual([documentVersion(spec), newKeys(spec)], [2, [key]], key);
      assert.deepEqual(usedKeys(fields), [key]);
    }
  });
});
