import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  containersConf,
  type MachineFacts,
  registriesConf,
  storageConf,
} from "../../../../src/cli/dev/rootless/containers-conf.ts";

const ORDINARY: MachineFacts = {
  cgroups: "unified",
  runtimes: ["crun", "runc"],
  hardLimits: { nofile: 1_048_576, nproc: Number.POSITIVE_INFINITY },
  systemdSession: true,
  kernel: [6, 1],
};

describe("containersConf", () => {
  it("has only what the doctor recommends on an ordinary machine", () => {
    const text = "[containers]\nlog_size_max = 10485760\n[engine]\nexit_command_delay = 10\n";
    assert.equal(containersConf(ORDINARY), text);
  });

  it("takes runc where control groups are mixed or of the first version, if it is installed", () => {
    for (const cgroups of ["hybrid", "legacy"] as const) {
      assert.match(containersConf({ ...ORDINARY, cgroups }), /runtime = "runc"/);
      assert.doesNotMatch(containersConf({ ...ORDINARY, cgroups, runtimes: ["crun"] }), /runtime/);
    }
  });

  it("never asks for more than the hard limits, nor for more processes than podman keeps for itself", () => {
    const tight = containersConf({ ...ORDINARY, hardLimits: { nofile: 20_000, nproc: 500 } });
    assert.match(tight, /default_ulimits = \["nofile=20000:20000","nproc=500:500"\]/);
    const half = containersConf({ ...ORDINARY, hardLimits: { nofile: 4_096, nproc: Number.POSITIVE_INFINITY } });
    assert.match(half, /default_ulimits = \["nofile=4096:4096","nproc=30000:30000"\]/);
  });

  it("uses no systemd where no session of the user answers", () => {
    const text = containersConf({ ...ORDINARY, systemdSession: false });
    assert.match(text, /cgroup_manager = "cgroupfs"\nevents_logger = "file"/);
    assert.match(text, /log_driver = "k8s-file"\nlog_size_max = 10485760/);
  });
});

describe("storageConf", () => {
  const paths = { graphRoot: "/g", runRoot: "/r" };

  it("names the storage twice, since podman 4 run rootless obeys only its own key", () => {
    assert.match(storageConf(ORDINARY, paths), /graphroot = "\/g"\nrootless_storage_path = "\/g"/);
  });

  it("falls back to plain copies where the kernel has no unprivileged overlay", () => {
    assert.match(storageConf(ORDINARY, paths), /driver = "overlay"/);
    assert.match(storageConf({ ...ORDINARY, kernel: [5, 10] }, paths), /driver = "vfs"/);
    assert.match(storageConf({ ...ORDINARY, kernel: [5, 13] }, paths), /driver = "overlay"/);
  });
});

describe("registriesConf", () => {
  it("allows plain HTTP for the given registries only", () => {
    assert.equal(registriesConf([]), "unqualified-search-registries = []\n");
    assert.match(
      registriesConf(["127.0.0.1:5000"]),
      /\[\[registry\]\]\nlocation = "127\.0\.0\.1:5000"\ninsecure = true/,
    );
  });
});
