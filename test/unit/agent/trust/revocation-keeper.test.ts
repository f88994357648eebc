/** The revocation list of a node outlives failures of its store, and depends on the keys that the node trusts now. */
import assert from "node:assert/strict";
import { it } from "node:test";
import { eventMaker } from "../../../../src/agent/state/events.ts";
import { openRevocations } from "../../../../src/agent/trust/revocation-keeper.ts";
import type { RevocationList } from "../../../../src/schemas/service/proof.ts";
import { NODE } from "../../../helpers/builders.ts";
import { issuerKey, operatorOf, revoking } from "../../../helpers/operator-keys.ts";
import { FakeClock } from "../../../twin/fake-clock.ts";

const issuer = issuerKey();
const alice = operatorOf(issuer);

/** A node whose bus has `list`; `errors` are what it reported. */
function node(list: RevocationList | undefined) {
  const facts = new Map<string, string>();
  const errors: unknown[] = [];
  const state = { list, isFull: false };
  const setFact = async (name: string, value: string) => {
    if (state.isFull) throw new Error("no space left on device");
    facts.set(name, value);
  };
  const open = (signers: readonly string[]) =>
    openRevocations({
      bus: { isConnected: () => true, readRevocations: async () => state.list },
      store: { fact: async (name) => facts.get(name), setFact },
      signers,
      makeEvent: eventMaker(NODE, new FakeClock()),
      recordEvents: async () => undefined,
      onError: (error) => errors.push(error),
    });
  return { state, errors, open };
}

it("keeps a list at the next reading when its disk was full at the first, so that it survives a restart", async () => {
  const { state, errors, open } = node(revoking(issuer, alice));
  const keeper = await open([issuer.publicKey]);
  state.isFull = true;
  await keeper.refresh();
  assert.equal(errors.length, 1);
  state.isFull = false;
  await keeper.refresh();
  state.list = undefined;
  const restarted = await open([issuer.publicKey]);
  assert.deepEqual([...restarted.revoked()], [alice.publicKey]);
});

it("ignores a kept list of a key that it no longer trusts", async () => {
  const { state, open } = node(revoking(issuer, alice));
  const keeper = await open([issuer.publicKey]);
  await keeper.refresh();
  assert.deepEqual([...keeper.revoked()], [alice.publicKey]);
  state.list = undefined;
  const successor = issuerKey();
  const restarted = await open([successor.publicKey]);
  assert.deepEqual([...restarted.revoked()], []);
});
