/** The checks of the bus for `mcp doctor`, on facts that were read before. Pure. */

import { NEEDED_PAYLOAD_BYTES, PAYLOAD_HINT } from "../../bus/connection/server-limits.ts";
import { type BusSettings, plainTextWarning } from "../../bus/connection/settings.ts";
import type { ServerFacts } from "../../bus/ports/operator-bus.ts";
import type { BusProvisionOutput } from "../../schemas/output/bus-output.ts";
import type { DoctorCheck } from "../../schemas/output/doctor-output.ts";
import { durationText, sizeText } from "../output/age.ts";

/** People notice half a second, and a deploy has several round trips. */
const SLOW_RTT_MS = 500;
/** NTP keeps machines far below it. */
const SKEW_MS = 2_000;

/** `warning` is what server-version.ts says of the version, if anything. */
export function checkServer(facts: ServerFacts, warning: string | undefined): DoctorCheck[] {
  const { url, version, rttMs } = facts;
  const versionText = `nats-server ${version}`;
  const slow = rttMs > SLOW_RTT_MS;
  return [
    { name: "bus", result: "ok", message: `connected to ${url}` },
    warning === undefined
      ? { name: "bus-version", result: "ok", message: versionText }
      : { name: "bus-version", result: "warn", message: warning, remedy: "upgrade nats-server" },
    slow
      ? {
          name: "bus-latency",
          result: "warn",
          message: `${rttMs.toFixed(0)} ms round trip: every command is slow`,
        }
      : { name: "bus-latency", result: "ok", message: `${rttMs.toFixed(1)} ms round trip` },
    facts.jetstream
      ? { name: "jetstream", result: "ok", message: "enabled" }
      : {
          name: "jetstream",
          result: "fail",
          message: "not enabled on the server",
          remedy: "add a `jetstream {}` block to nats.conf",
        },
  ];
}

/** Only for those who move files: the server gives viewers a smaller limit. */
export function checkPayload({ maxPayload }: ServerFacts): DoctorCheck {
  const name = "bus-payload";
  const limit = `messages of up to ${sizeText(maxPayload)}`;
  if (maxPayload >= NEEDED_PAYLOAD_BYTES) return { name, result: "ok", message: limit };
  const message = `the server accepts only ${limit}; mcp needs ${sizeText(NEEDED_PAYLOAD_BYTES)} to push and pull files`;
  return { name, result: "fail", message, remedy: PAYLOAD_HINT };
}

/** Warns of servers that are reached in plain text because the settings say `insecure`; otherwise no command connects. */
export function checkPlainText(settings: Pick<BusSettings, "servers" | "ca" | "insecure">): DoctorCheck[] {
  const message = settings.insecure === true ? plainTextWarning(settings) : undefined;
  if (message === undefined) return [];
  return [
    {
      name: "bus-tls",
      result: "warn",
      message,
      remedy: "add a `tls {}` block to nats.conf and write tls:// in [bus] servers",
    },
  ];
}

/** Ages, tokens and times of events are judged by clocks. */
export function checkClock({ serverTimeMs }: ServerFacts, nowMs: number): DoctorCheck[] {
  if (serverTimeMs === undefined) return []; // there is no stream to read it from; another check reports that
  const name = "bus-clock";
  const skewMs = nowMs - serverTimeMs;
  const amount = durationText(Math.abs(skewMs));
  if (Math.abs(skewMs) <= SKEW_MS) return [{ name, result: "ok", message: "in step with this machine's" }];
  const message = `this machine's clock is ${amount} ${skewMs > 0 ? "ahead of" : "behind"} the bus server's`;
  return [{ name, result: "warn", message, remedy: "turn on NTP on both: timedatectl set-ntp true" }];
}

/** How many copies a power cut can destroy. No client can see the sync policy of a server. */
export function checkDurability({ streams }: Pick<BusProvisionOutput, "streams">): DoctorCheck[] {
  const name = "durability";
  const copies = streams.map(({ differences }) => differences.find(({ setting }) => setting === "num_replicas")?.have);
  if (streams.length > 0 && copies.every((have) => typeof have === "number" && have > 1)) {
    return [{ name, result: "ok", message: "every stream has several copies" }];
  }
  const message = "one copy of each stream; mcp cannot see whether its server syncs every write to disk";
  const remedy = "set it in nats.conf: jetstream { sync_interval: always }";
  return [{ name, result: "ok", message, remedy }];
}

/** Streams and consumers of others. Only an admin's credentials can list them. */
export function checkForeign({ foreign }: Pick<BusProvisionOutput, "foreign">): DoctorCheck[] {
  const name = "foreign-streams";
  if (foreign === undefined) return [];
  if (foreign.length === 0) return [{ name, result: "ok", message: "none" }];
  const remedy = "if nobody needs it, remove it with the nats tool: `nats stream rm`, `nats consumer rm`";
  return foreign.map((message) => ({ name, result: "warn", message, remedy }));
}

/** Streams and buckets. The number of copies is the operator's choice, so it is not a difference. */
export function checkStreams({ streams }: Pick<BusProvisionOutput, "streams">): DoctorCheck[] {
  const name = "streams";
  const missing = streams.filter(({ result }) => result === "missing").map((stream) => stream.name);
  const differing = streams.flatMap((stream) =>
    stream.differences
      .filter(({ setting }) => setting !== "num_replicas")
      .map(
        ({ setting, want, have }) =>
          `${stream.name} ${setting}: want ${JSON.stringify(want)}, have ${JSON.stringify(have)}`,
      ),
  );
  if (missing.length === 0 && differing.length === 0)
    return [{ name, result: "ok", message: `${streams.length} as required` }];
  return [
    ...(missing.length === 0
      ? []
      : [{ name, result: "fail", message: `missing: ${missing.join(", ")}`, remedy: "mcp bus provision" } as const]),
    ...differing.map(
      (message) => ({ name, result: "fail", message, remedy: "change it by hand: mcp never changes it" }) as const,
    ),
  ];
}
