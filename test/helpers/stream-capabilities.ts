/** What is done to streams and durables: part of bus-capabilities.ts. */
import { EVENT_STREAM } from "../../src/schemas/wire/buckets.ts";
import { api, type Capability, OPERATORS } from "./capability.ts";

/** What is done to a stream as a whole. */
export function ofStream(stream: string, isShared: boolean): Capability[] {
  const consumers = ["CREATE", "CREATE", "CREATE"].map(
    (call, index) => `CONSUMER.${call}.${[stream, "c", "f"].slice(0, index + 1).join(".")}`,
  );
  return [
    ...(isShared
      ? [
          {
            what: `look into ${stream}`,
            subjects: ["INFO", "MSG.GET"].map((call) => api(`STREAM.${call}.${stream}`)),
            publish: OPERATORS,
          },
          { what: `create ${stream}`, subjects: [api(`STREAM.CREATE.${stream}`)], publish: ["admin"] as const },
          { what: `purge ${stream}`, subjects: [api(`STREAM.PURGE.${stream}`)], publish: ["admin"] as const },
          { what: `delete ${stream}`, subjects: [api(`STREAM.DELETE.${stream}`)] },
        ]
      : [{ what: `delete ${stream}`, subjects: [api(`STREAM.DELETE.${stream}`)], publish: ["admin"] as const }]),
    {
      what: `read ${stream} by a consumer`,
      subjects: [...consumers, `CONSUMER.MSG.NEXT.${stream}.c`].map(api),
      publish: OPERATORS,
    },
    { what: `change ${stream}`, subjects: [api(`STREAM.UPDATE.${stream}`)], publish: ["admin"] },
    {
      what: `keep consumers of ${stream}`,
      subjects: ["DURABLE.CREATE", "INFO", "DELETE"]
        .map((call) => api(`CONSUMER.${call}.${stream}.c`))
        .concat(["NAMES", "LIST"].map((call) => api(`CONSUMER.${call}.${stream}`))),
      publish: ["admin"],
    },
    {
      what: `delete from ${stream}, copy it or move it`,
      subjects: [
        "STREAM.MSG.DELETE",
        "STREAM.SNAPSHOT",
        "STREAM.RESTORE",
        "STREAM.PEER.REMOVE",
        "STREAM.LEADER.STEPDOWN",
      ]
        .map((call) => `${call}.${stream}`)
        .concat(
          ["CONSUMER.PAUSE", "CONSUMER.UNPIN", "CONSUMER.RESET", "CONSUMER.LEADER.STEPDOWN"].map(
            (call) => `${call}.${stream}.c`,
          ),
        )
        .map(api),
    },
    { what: `steer deliveries of ${stream}`, subjects: [`$JS.FC.${stream}.c.x`, `$JS.ACK.${stream}.c.1.1.1.1.0`] },
  ];
}

/** The durable of one who has an account for it. */
export function ofConsumer(name: "pager" | "ada"): Capability[] {
  const at = `${EVENT_STREAM}.${name}`;
  return [
    { what: `look at the durable of ${name}`, subjects: [api(`CONSUMER.INFO.${at}`)], publish: [name, "admin"] },
    { what: `read the durable of ${name}`, subjects: [api(`CONSUMER.MSG.NEXT.${at}`)], publish: [name, ...OPERATORS] },
    { what: `acknowledge for ${name}`, subjects: [`$JS.ACK.${at}.1.1.1.1.0`], publish: [name] },
    {
      what: `make or remove the durable of ${name}`,
      subjects: [api(`CONSUMER.DURABLE.CREATE.${at}`), api(`CONSUMER.DELETE.${at}`)],
      publish: ["admin"],
    },
    { what: `hear what comes below the inbox of ${name}`, subjects: [`_INBOX_${name}.x`] },
  ];
}
