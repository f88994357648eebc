/**
 * Every subject of the system × every role, by effect: what somebody publishes is seen to arrive in the control account
 * and to be answered, or not; what the control account publishes is heard, or not. Those with an account of their own are
 * measured twice: with their credentials, and as a user without any list of rights, whom the account's border alone holds.
 */
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { Connection } from "../../src/bus/connection/connection.ts";
import { inboxOf } from "../../src/bus/connection/credentials.ts";
import { capabilities } from "../helpers/bus-capabilities.ts";
import { allRoles, type BusRoles, ROLES, type RoleName } from "../helpers/bus-roles.ts";
import type { Capability } from "../helpers/capability.ts";
import { type Effects, openEnds, RightsMeter } from "../helpers/measure-rights.ts";
import { startOperatorServer } from "../helpers/operator-server.ts";
import { suiteScope } from "../helpers/scope.ts";

interface Player {
  readonly name: string;
  /** Whose rights it must have. */
  readonly role: RoleName;
  /** Without a list of rights of its own. */
  readonly isAccount: boolean;
  credsOf(roles: BusRoles): string;
}

const PLAYERS: readonly Player[] = [
  ...ROLES.map((role) => ({ name: role, role, isAccount: false, credsOf: ({ creds }: BusRoles) => creds[role] })),
  ...(["rift", "pager", "ada"] as const).map((role) => ({
    name: `the account of ${role}`,
    role,
    isAccount: true,
    credsOf: ({ accountOf }: BusRoles) => accountOf[role],
  })),
];

const WILDCARDS = [">", "*.>", "$KV.>", "$KV.*.>", "$JS.>", "$O.>", "$SYS.>", "mcp.>", "mcp.v1.>", "mcp.v1.*.*.>"]
  .concat(["mcp.v1.agent.>", "mcp.v1.agent.*.ping.*", "mcp.v1.reply.>", "mcp.v1.event.>", "mcp.v1.wake.>", "_INBOX.>"])
  .concat(["_R_.>", "_GR_.>", "*", "*.*", "*.*.*", "*.*.*.*", "*.*.*.*.*", "*.*.*.*.*.*", "mcp.v1.* mcp-auth"]);

interface Measurement {
  readonly all: readonly Capability[];
  readonly streams: readonly string[];
  readonly streamsAfter: readonly string[];
  readonly effects: ReadonlyMap<string, Effects & { readonly heardByWildcard: ReadonlySet<string> }>;
}

for (const version of ["newest", "2.10"] as const) {
  describe(`who may do what on nats-server ${version}`, () => {
    const scope = suiteScope();
    const done: { measurement?: Measurement } = {};
    before(async () => {
      done.measurement = await measureAll(scope, version);
    });

    for (const { name, role, isAccount } of PLAYERS) {
      test(`${name} reaches what is its own, and nothing else`, () => {
        const { all, effects } = measured(done);
        const imported = isAccount ? all.filter((one) => one.isImportedByAll).flatMap(({ subjects }) => subjects) : [];
        compare(effects.get(name)?.reached, new Set([...allowed(all, "publish", role), ...imported]));
      });

      test(`${name} hears what is for it, and nothing else`, () => {
        const { all, effects } = measured(done);
        const expected = allowed(all, "subscribe", role);
        compare(effects.get(name)?.heard, expected);
        const heard = effects.get(name)?.heardByWildcard ?? new Set();
        const tooMuch = [...heard].filter((subject) => !expected.has(subject) && !isAlso(subject, expected));
        assert.deepEqual(tooMuch, [], "heard by a wildcard");
      });

      test(`${name} is answered where the control plane answers, and nowhere else`, () => {
        const { effects } = measured(done);
        const [own, unlimited] = [effects.get(name), effects.get(UNLIMITED)];
        const answers = (subject: string) => role === "enroll" || unlimited?.answered.has(subject);
        compare(own?.answered, new Set(role === "auth" ? [] : [...(own?.reached ?? [])].filter(answers)));
      });
    }

    test("nothing of all that has removed or made a stream", () => {
      const { streams, streamsAfter } = measured(done);
      assert.ok(streams.length >= 8);
      assert.deepEqual(streamsAfter, streams);
    });
  });
}

const UNLIMITED = "an operator without a list of rights";

async function measureAll(scope: ReturnType<typeof suiteScope>, version: "newest" | "2.10"): Promise<Measurement> {
  const server = await startOperatorServer(scope, { version });
  const roles = await allRoles(scope, server);
  const ends = await openEnds(scope, server, roles);
  const all = capabilities({
    control: server.identity.control.publicKey,
    server: ends.control.info?.server_id ?? "",
    inboxes: { operator: inboxOf(roles.creds.operator), admin: inboxOf(roles.creds.admin) },
  });
  const subjects = all.flatMap((capability) => capability.subjects);
  const streams = await streamsOf(server);
  const meter = new RightsMeter(scope, server, ends);
  const effects = new Map();
  const unlimited = { name: UNLIMITED, creds: roles.control };
  const inControl = await meter.publishTo(subjects, unlimited);
  effects.set(UNLIMITED, { ...inControl, heard: new Set() });
  for (const { name, credsOf } of PLAYERS) {
    const player = { name, creds: credsOf(roles) };
    const published = await meter.publishTo(subjects, player, name === "auth" ? new Set() : inControl.answered);
    const heard = await meter.listenTo(subjects, subjects, player);
    const heardByWildcard = await meter.listenTo(WILDCARDS, subjects, player);
    effects.set(name, { ...published, heard, heardByWildcard });
  }
  return { all, streams, streamsAfter: await streamsOf(server), effects };
}

async function streamsOf(server: Awaited<ReturnType<typeof startOperatorServer>>): Promise<string[]> {
  const link = await Connection.connected(server.settings(server.admin), () => undefined);
  try {
    const infos = await link.call("list streams", ({ jsm }) => jsm.streams.list().next());
    return infos.map(({ config }) => JSON.stringify(config)).sort();
  } finally {
    await link.close();
  }
}

function measured({ measurement }: { measurement?: Measurement }): Measurement {
  assert.ok(measurement, "it was measured");
  return measurement;
}

function allowed(all: readonly Capability[], how: "publish" | "subscribe", role: RoleName): Set<string> {
  return new Set(all.filter((one) => one[how]?.includes(role)).flatMap(({ subjects }) => subjects));
}

function compare(actual: ReadonlySet<string> = new Set(), expected: ReadonlySet<string>): void {
  const tooMuch = [...actual].filter((subject) => !expected.has(subject));
  const tooLittle = [...expected].filter((subject) => !actual.has(subject));
  assert.deepEqual({ tooMuch, tooLittle }, { tooMuch: [], tooLittle: [] });
}

/** A message that a queue group may hear is listed with the group. */
function isAlso(subject: string, expected: ReadonlySet<string>): boolean {
  return expected.has(`${subject} mcp-auth`);
}
