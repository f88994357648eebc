/** Checks the network of containers, and the settings that keep them from filling the node. Pure. */
import type { DoctorCheck } from "../../schemas/output/doctor-output.ts";
import { fail, ok, warn } from "./check.ts";
import type { PodmanFacts } from "./facts.ts";

/** Podman reads every file in this directory after containers.conf. */
const DROP_INS = "~/.config/containers/containers.conf.d";
/** Seconds for which podman keeps the monitors of an exec session by default; each `cmd` health check leaves two. */
const DEFAULT_EXIT_DELAY = 300;
const BEARABLE_EXIT_DELAY = 30;

export function judgeNetwork(facts: PodmanFacts): DoctorCheck[] {
  if (facts.info?.rootless === false) return [judgeDns(facts)];
  return [judgeTun(facts), judgeUserNetwork(facts), ...(facts.info === undefined ? [] : [judgeDns(facts)])];
}

function judgeTun({ tun }: PodmanFacts): DoctorCheck {
  if (tun === "open") return ok("tun", "/dev/net/tun is open");
  if (tun === "closed")
    return fail("tun", "this user cannot open /dev/net/tun: containers have no network", "chmod 666 /dev/net/tun");
  return fail("tun", "/dev/net/tun does not exist: containers have no network", "modprobe tun");
}

function judgeUserNetwork({ userNetworks }: PodmanFacts): DoctorCheck {
  if (userNetworks.length > 0) return ok("user-network", userNetworks.join(", "));
  return fail("user-network", "neither slirp4netns nor pasta is installed", "apt-get install slirp4netns passt");
}

function judgeDns({ info, dns }: PodmanFacts): DoctorCheck {
  const name = "network-backend";
  const backend = info?.networkBackend ?? "";
  if (backend !== "netavark") {
    const message = `${backend}: containers find each other by name only with netavark (podman system reset removes all containers)`;
    return warn(name, message, "apt-get install netavark aardvark-dns && podman system reset");
  }
  if (dns.path !== undefined) return ok(name, `netavark, ${dns.path}`);
  return fail(
    name,
    "netavark without aardvark-dns: containers do not find each other by name",
    "apt-get install aardvark-dns",
  );
}

export function judgeHabits({ info, exitCommandDelay = DEFAULT_EXIT_DELAY, logSizeMax }: PodmanFacts): DoctorCheck[] {
  const delay =
    exitCommandDelay <= BEARABLE_EXIT_DELAY
      ? ok("exit-delay", `${exitCommandDelay} s`)
      : warn(
          "exit-delay",
          `each \`cmd\` health check leaves two processes behind for ${exitCommandDelay} s`,
          `mkdir -p ${DROP_INS} && printf '[engine]\\nexit_command_delay = 10\\n' > ${DROP_INS}/mcp-exit-delay.conf`,
        );
  if (info === undefined) return [delay];
  const bounded = info.logDriver === "journald" || (logSizeMax !== undefined && logSizeMax > 0);
  const log = bounded
    ? ok("log-size", logSizeMax === undefined ? info.logDriver : `${info.logDriver}, ${logSizeMax} bytes`)
    : warn(
        "log-size",
        `container logs (${info.logDriver}) grow without limit`,
        `mkdir -p ${DROP_INS} && printf '[containers]\\nlog_size_max = 10485760\\n' > ${DROP_INS}/mcp-log-size.conf`,
      );
  return [delay, log];
}
