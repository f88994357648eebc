/** What `mcp doctor` makes of the bus: pure verdicts on facts that were read before. */
import type { ServerFacts } from "../../bus/operator-bus.ts";
import type { BusProvisionOutput, DoctorCheck } from "../../schemas/json-output.ts";

/** A person notices half a second; a deploy has several round trips. */
const SLOW_RTT_MS = 500;

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
          message: `${rttMs.toFixed(0)} ms there and back: every command will feel it`,
        }
      : { name: "bus-latency", result: "ok", message: `${rttMs.toFixed(1)} ms there and back` },
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

/** Streams and buckets; how many copies there are is the operator's choice, so it is no difference here. */
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
    return [{ name, result: "ok", message: `${streams.length} as they should be` }];
  return [
    ...(missing.length === 0
      ? []
      : [{ name, result: "fail", message: `missing: ${missing.join(", ")}`, remedy: "mcp bus provision" } as const]),
    ...differing.map(
      (message) => ({ name, result: "fail", message, remedy: "change it by hand: mcp never does" }) as const,
    ),
  ];
}
