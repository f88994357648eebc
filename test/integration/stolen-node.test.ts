/**
 * The key of node rift is stolen, and used with a bare client: by itself, and once more as a user without rights in rift's
 * account, so that the account's border is seen to hold alone. After every try all else is as it was, byte for byte.
 */
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import type { NatsConnection } from "@nats-io/nats-core";
import { type CrimeScene, crimeScene, thiefAt } from "../helpers/crime-scene.ts";
import { suiteScope } from "../helpers/scope.ts";
import { TRIES } from "../helpers/theft-tries.ts";

for (const version of ["newest", "2.10"] as const) {
  describe(`the stolen key of a node on nats-server ${version}`, () => {
    const scope = suiteScope();
    const at: { scene?: CrimeScene; thieves?: readonly NatsConnection[] } = {};
    before(async () => {
      const scene = await crimeScene(scope, version);
      const { creds, accountOf } = scene.roles;
      at.thieves = await Promise.all([creds.rift, accountOf.rift].map((path) => thiefAt(scope, scene, path)));
      at.scene = scene;
    });

    for (const { name, run } of TRIES) {
      test(name, async () => {
        const { scene, thieves = [] } = at;
        assert.ok(scene && thieves.length === 2);
        await scene.unharmed(async () => {
          for (const thief of thieves) run(thief, scene);
          for (const thief of thieves) await thief.flush();
        });
      });
    }
  });
}
