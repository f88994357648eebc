/**
 * Somebody's credentials are stolen, and used with a bare client: by themselves, and once more as a user without rights in
 * the same account, so that the account's border is seen to hold alone. After every try all else is as it was, byte for byte.
 */
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { ATTACKS } from "../helpers/attacks.ts";
import { type Attacker, attackerWith, type IsolationCheck, startIsolationCheck } from "../helpers/isolation-check.ts";
import { suiteScope } from "../helpers/scope.ts";

const STOLEN = {
  "the key of a node": "rift",
  "the credentials of a consumer of events": "bell",
  "the credentials of a viewer": "ada",
  "the credentials of the login": "login",
} as const;

for (const version of ["newest", "2.10"] as const) {
  describe(`on nats-server ${version}`, () => {
    const scope = suiteScope();
    const at: { check?: IsolationCheck; thieves?: Readonly<Record<string, readonly Attacker[]>> } = {};
    const check = () => {
      assert.ok(at.check);
      return at.check;
    };
    before(async () => {
      at.check = await startIsolationCheck(scope, version);
      const { creds, accountOf } = at.check.roles;
      const { server } = at.check;
      const bell = await server.consumer("bell");
      const steal = (...paths: string[]) => Promise.all(paths.map((path) => attackerWith(scope, check(), path)));
      at.thieves = {
        rift: await steal(creds.rift, accountOf.rift),
        bell: await steal(bell.creds),
        ada: await steal(creds.ada, accountOf.ada),
        login: await steal(creds.login),
      };
    });

    for (const [what, whose] of Object.entries(STOLEN)) {
      describe(`${what} is stolen`, () => {
        for (const { name, run } of ATTACKS) {
          test(name, async () => {
            const thieves = at.thieves?.[whose] ?? [];
            assert.ok(thieves.length > 0);
            await check().assertIsolated(async () => {
              for (const attacker of thieves) run(attacker, check());
              for (const { nc } of thieves) await nc.flush();
            }, whose);
          });
        }
      });
    }

    test("the same from within the control account does harm, so it would have been seen: its lists are rails", async () => {
      const insider = await attackerWith(scope, check(), check().roles.creds.operator);
      const aimed = async (reply: string) => {
        insider.nc.publish("$JS.API.STREAM.INFO.KV_mcp-desired", "", { reply });
        await insider.nc.flush();
      };
      await assert.rejects(
        check().assertIsolated(() => aimed("mcp.v1.agent.vade.restart.id")),
        /messages that must not arrive/,
      );
      await assert.rejects(
        check().assertIsolated(() => aimed("$KV.mcp-desired.vade.web")),
        /messages that must not arrive/,
      );
    });
  });
}
