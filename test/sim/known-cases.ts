/**
 * Schedules that once broke an invariant, shrunk, with the fault that they found. They stay here so that a change of how
 * schedules are drawn does not lose them.
 */
import type { Act, ImageId, NodeId, OperatorId, ServiceId } from "./acts.ts";
import type { Profile } from "./draw-schedule.ts";
import type { Rule } from "./invariants.ts";

export interface KnownCase {
  readonly title: string;
  /** The seed that found it, which also says how long its calls take. */
  readonly seed: number;
  /** Default: wild. */
  readonly profile?: Profile;
  readonly broke: Rule;
  readonly acts: readonly Act[];
}

type Images = Readonly<Record<string, ImageId>>;

/** Orders of one operator to one service, each forced. */
function orders(operator: OperatorId, node: NodeId, service: ServiceId) {
  return (atS: number, version: Images, minUpMs = 0): Act => ({
    ...{ kind: "deploy", atMs: Math.round(atS * 1_000), operator, node, service, force: true, version, minUpMs },
  });
}

const aliceWebVade = orders("alice", "vade", "web");
const aliceWebRift = orders("alice", "rift", "web");
const bobWebVade = orders("bob", "vade", "web");
const bobWebRift = orders("bob", "rift", "web");

export const KNOWN_CASES: readonly KnownCase[] = [
  {
    title: "a deploy that arrives while the old container is being stopped does not stop the new one",
    seed: 14,
    broke: "keeps-serving",
    acts: [
      aliceWebVade(2.409, { api: "deaf", worker: "v1", db: "v1" }),
      aliceWebVade(102.058, { api: "v3", worker: "deaf", db: "v3" }),
      aliceWebVade(104.858, { api: "slow", worker: "v1", db: "v1" }),
    ],
  },
  {
    title: "a new container whose rename is refused keeps serving",
    seed: 33,
    broke: "keeps-serving",
    acts: [
      aliceWebRift(65.613, { api: "v1", worker: "v2", db: "slow" }, 2_000),
      { kind: "refuse", atMs: 72_631, node: "rift", verb: "rename", how: "error", times: 3 },
      aliceWebRift(105.461, { api: "v1", worker: "deaf", db: "slow" }),
    ],
  },
  {
    title: "a new container stays when the old one was removed, but podman answered with an error",
    seed: 34,
    broke: "keeps-serving",
    acts: [
      { kind: "refuse", atMs: 29_243, node: "rift", verb: "remove", how: "late", times: 1 },
      aliceWebRift(58.951, { api: "v1", worker: "v3", db: "v1" }),
      aliceWebRift(63.076, { api: "slow", worker: "v3", db: "v3" }, 2_000),
    ],
  },
  {
    title: "a stale workstation on a restored bus does not replace what a node accepted",
    seed: 4,
    broke: "proven-descent",
    acts: [
      bobWebVade(54.797, { api: "v1", worker: "slow", db: "v1" }),
      bobWebVade(90.326, { api: "deaf", worker: "v1", db: "slow" }, 2_000),
      { kind: "partition", atMs: 96_347, who: "vade", forMs: 16_237 },
      { kind: "rollback", atMs: 97_236, ageMs: 21_309 },
      bobWebVade(99.847, { api: "deaf", worker: "v2", db: "v1" }),
      bobWebVade(103.342, { api: "v2", worker: "slow", db: "deaf" }),
    ],
  },
  {
    title: "an old database that cannot be removed does not run next to the new one",
    seed: 9,
    broke: "one-writer",
    acts: [
      bobWebVade(1.638, { api: "deaf", worker: "deaf", db: "v1" }),
      aliceWebVade(73.488, { worker: "deaf", db: "v3" }),
      { kind: "refuse", atMs: 83_877, node: "vade", verb: "remove", how: "error", times: 2 },
    ],
  },
  {
    title: "a database that podman is still starting for an overtaken state does not run next to the new one",
    seed: 406,
    broke: "one-writer",
    acts: [
      bobWebRift(1.444, { api: "deaf", worker: "deaf", db: "deaf" }),
      orders("alice", "rift", "shop")(2.733, { front: "v1", cache: "v1" }),
      bobWebRift(19.879, { api: "gone", worker: "v1", db: "deaf" }),
      bobWebRift(25.355, { api: "v1", worker: "v3", db: "v2" }),
      bobWebRift(29.273, { worker: "v1", db: "v1" }),
    ],
  },
  {
    title: "a database that podman says it stopped and did not is not joined by the new one",
    seed: 441,
    broke: "one-writer",
    acts: [
      bobWebRift(2.19, { api: "deaf", worker: "deaf", db: "v1" }),
      orders("alice", "rift", "shop")(2.8, { front: "v1", cache: "v1" }),
      { kind: "refuse", atMs: 11_929, node: "rift", verb: "stop", how: "ignored", times: 2 },
      aliceWebRift(12.186, { api: "v1", worker: "slow", db: "deaf" }),
    ],
  },
  {
    title: "a container that runs again after a reboot is not stopped because podman refused one question",
    seed: 64,
    broke: "keeps-serving",
    acts: [
      bobWebVade(30.537, { api: "deaf", db: "v3" }, 2_000),
      { kind: "reboot", atMs: 73_457, node: "vade", downMs: 6_223 },
      { kind: "refuse", atMs: 80_120, node: "vade", verb: "inspect", how: "error", times: 2 },
    ],
  },
  {
    title:
      "a new container that has not served long keeps running while the old one, which is wanted again, still stops",
    seed: 54,
    profile: "gentle",
    broke: "keeps-serving",
    acts: [
      bobWebRift(1.044, { api: "deaf", worker: "v1", db: "v1" }),
      { kind: "undeploy", atMs: 72_158, operator: "alice", node: "rift", service: "web", force: true },
      aliceWebRift(73.473, { api: "v1", worker: "slow", db: "v3" }, 2_000),
      aliceWebRift(74.91, { api: "deaf", worker: "v1", db: "slow" }),
    ],
  },
  {
    title: "a new container that has not served long is kept when the next one fails and the old one still stops",
    seed: 59,
    profile: "gentle",
    broke: "keeps-serving",
    acts: [
      orders("bob", "vade", "shop")(1.567, { front: "v1", cache: "deaf" }),
      { kind: "stop", atMs: 100_137, operator: "bob", node: "vade", service: "shop", force: true },
      orders("bob", "vade", "shop")(105.368, { front: "v2", cache: "v2" }, 2_000),
      orders("bob", "vade", "shop")(105.753, { front: "v2", cache: "bad" }, 2_000),
    ],
  },
  {
    title: "a container is not restarted because its health could not be checked while podman's service was down",
    seed: 127,
    broke: "keeps-serving",
    acts: [
      bobWebVade(1.423, { api: "deaf", worker: "deaf", db: "deaf" }),
      orders("bob", "rift", "shop")(2.249, { front: "deaf", cache: "v1" }),
      orders("bob", "vade", "shop")(2.524, { front: "deaf", cache: "deaf" }),
      { kind: "podman-dies", atMs: 39_034, node: "vade", downMs: 14_527 },
    ],
  },
  {
    title: "a database that podman starts only after its deadline does not come up next to the new one",
    seed: 450,
    broke: "one-writer",
    acts: [
      aliceWebVade(1.688, { api: "deaf", worker: "v1", db: "deaf" }),
      bobWebVade(12.737, { api: "v1", worker: "v3", db: "v2" }, 2_000),
    ],
  },
];
