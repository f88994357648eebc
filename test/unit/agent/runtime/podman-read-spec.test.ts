/** Reading a spec from inspect where podman's releases differ; podman 4.3 itself is asked in test/contract. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readSpec } from "../../../../src/agent/runtime/describe/read-spec.ts";

const ID = "ab".repeat(32);
const NAME = "registry.example.net/web";

/** As podman 5 answers for `podman run -d --name web -p 8080:80 …`, shortened. */
function podman5(own: { config?: object; host?: object; container?: object; image?: object } = {}) {
  return {
    container: {
      Id: ID,
      Name: "web",
      State: { Status: "running" },
      ImageName: `${NAME}:v1`,
      Path: "/bin/main",
      Args: ["--fast"],
      Pod: "",
      BoundingCaps: ["CAP_CHOWN"],
      Mounts: [],
      NetworkSettings: { Networks: { pasta: { Aliases: null } } },
      ...own.container,
      Config: {
        Hostname: ID.slice(0, 12),
        User: "app",
        Env: ["PATH=/bin", "HOME=/home/app", "HOSTNAME=abababababab", "container=podman", "A=1"],
        Cmd: ["--fast"],
        Entrypoint: ["/bin/main"],
        StopSignal: "SIGQUIT",
        StopTimeout: 10,
        WorkingDir: "/srv",
        Labels: { version: "1" },
        ...own.config,
      },
      HostConfig: {
        NetworkMode: "pasta",
        PortBindings: { "80/tcp": [{ HostIp: "0.0.0.0", HostPort: "8080" }], "9/sctp": [{ HostPort: "9" }] },
        RestartPolicy: { Name: "no", MaximumRetryCount: 0 },
        LogConfig: { Type: "journald" },
        IpcMode: "shareable",
        PidsLimit: 2048,
        ShmSize: 65_536_000,
        ...own.host,
      },
    },
    image: {
      Config: {
        Env: ["PATH=/bin"],
        Entrypoint: ["/bin/main"],
        Cmd: ["--slow"],
        User: "app",
        WorkingDir: "/srv",
        StopSignal: "QUIT",
        Labels: { version: "1" },
      },
      ...own.image,
    },
  };
}

describe("a spec read from podman 5", () => {
  it("leaves out what the image says, and lists what no spec can say", () => {
    const { spec, unsaid, refusal } = readSpec(podman5());
    assert.deepEqual([spec.cmd, spec.env, spec.labels, spec.user], [["--fast"], { A: "1" }, {}, undefined]);
    assert.deepEqual(spec.ports, [{ hostAddress: "0.0.0.0", hostPort: 8080, containerPort: 80, protocol: "tcp" }]);
    assert.deepEqual(
      [spec.network, spec.image, refusal, unsaid],
      [undefined, `${NAME}:v1`, undefined, [{ field: "port", value: "9:9/sctp" }]],
    );
  });

  it("tells an entrypoint that replaces the image's", () => {
    const { spec, unsaid } = readSpec(podman5({ config: { Entrypoint: ["/bin/other", "-x"] } }));
    assert.deepEqual([spec.entrypoint, spec.cmd], [["/bin/other", "-x"], ["--fast"]]);
    assert.ok(!unsaid.some(({ field }) => field === "entrypoint"));
  });

  it("reads limits in either way that podman tells them", () => {
    const limits = (host: object) => {
      const { spec } = readSpec(podman5({ host }));
      return [spec.memoryBytes, spec.cpus];
    };
    assert.deepEqual(limits({ Memory: 2 ** 26, CpuQuota: 150_000, CpuPeriod: 100_000 }), [2 ** 26, 1.5]);
    assert.deepEqual(limits({ NanoCpus: 250_000_000 }), [undefined, 0.25]);
    assert.deepEqual(limits({}), [undefined, undefined]);
  });

  it("does not take an init process for the command", () => {
    const container = { Path: "/run/podman-init", Args: ["--", "/bin/sh", "-c", "x"] };
    const image = { Config: {} };
    const config = { Entrypoint: "/bin/sh -c", Cmd: ["x"] }; // as podman 4 shows it
    const { spec } = readSpec(podman5({ config, host: { Init: true }, container, image }));
    assert.deepEqual([spec.entrypoint, spec.cmd, spec.init], [["/bin/sh", "-c"], ["x"], true]);
  });

  it("refuses a container without an image's name to make another one from", () => {
    const nameless = { container: { ImageName: "<none>" }, image: { Config: {}, RepoDigests: [] } };
    assert.match(readSpec(podman5(nameless)).refusal ?? "", /no name/);
    assert.match(readSpec(podman5({ container: { Rootfs: "/srv/root" } })).refusal ?? "", /no name/);
    assert.match(readSpec(podman5({ container: { IsInfra: true } })).refusal ?? "", /holds a pod together/);
  });

  it("takes the digest of what runs, of the same repository, for an image without a version", () => {
    const [here, there] = [`sha256:${"1".repeat(64)}`, `sha256:${"2".repeat(64)}`];
    const digests = [`registry.example.org/mirror@${here}`, `${NAME}@${here}`, `${NAME}@${there}`];
    const own = { container: { ImageName: `${NAME}:latest`, ImageDigest: there }, image: { RepoDigests: digests } };
    assert.equal(readSpec(podman5(own)).spec.image, `${NAME}@${there}`);
  });
});
