/**
 * The revocation list that this node uses: the one with the highest serial that a break-glass key signed, kept in the
 * store. An older list on the bus, or no list, restores no rights. A refused list is reported once.
 */
import type { NodeBus } from "../../bus/ports/node-bus.ts";
import type { RevocationList } from "../../schemas/service/proof.ts";
import { revocationsCodec } from "../../schemas/wire/codec.ts";
import { isSignedBy } from "../../trust/revocations.ts";
import { hasCode, messageOf } from "../../values/error.ts";
import type { MakeEvent } from "../state/events.ts";
import type { EventDraft, Store } from "../store/store.ts";

export interface KeeperPorts {
  readonly bus: Pick<NodeBus, "readRevocations" | "isConnected">;
  readonly store: Pick<Store, "fact" | "setFact">;
  readonly signers: readonly string[];
  readonly makeEvent: MakeEvent;
  recordEvents(...events: readonly EventDraft[]): Promise<void>;
  onError(error: unknown): void;
}

export interface RevocationKeeper {
  /** Public keys of operators who were removed. */
  revoked(): ReadonlySet<string>;
  /** Reads the list on the bus, not earlier than this call. Never rejects: after an error nothing changes. */
  refresh(): Promise<void>;
}

const KEPT = "revocations";
const REFUSED = "revocations-refused";

export async function openRevocations(ports: KeeperPorts): Promise<RevocationKeeper> {
  const state = stateOf(await readKept(ports));
  const readNow = async (): Promise<void> => {
    if (!ports.bus.isConnected()) return;
    try {
      const list = await readBus(ports);
      const refusal = reasonToIgnore(list, state.list, ports.signers);
      await reportRefused(ports, refusal);
      if (refusal === undefined && typeof list === "object" && list.sig !== state.list?.sig) {
        await keep(ports, list);
        Object.assign(state, stateOf(list));
      }
    } catch (error) {
      ports.onError(error);
    }
  };
  return { revoked: () => state.revoked, refresh: oneAfterAnother(readNow) };
}

function stateOf(list: RevocationList | undefined) {
  return { list, revoked: new Set((list?.revoked ?? []).map(({ publicKey }) => publicKey)) };
}

/** The list in the store, if a key that is trusted now signed it. */
async function readKept({ store, signers, onError }: KeeperPorts): Promise<RevocationList | undefined> {
  const text = await store.fact(KEPT);
  if (text === undefined) return undefined;
  try {
    const list = revocationsCodec.decode(Buffer.from(text));
    return isSignedBy(list, signers) ? list : undefined;
  } catch (error) {
    onError(error);
    return undefined;
  }
}

/** The list; undefined if there is none; a string that says why it is invalid. */
async function readBus({ bus }: KeeperPorts): Promise<RevocationList | undefined | string> {
  try {
    return await bus.readRevocations();
  } catch (error) {
    if (!hasCode(error, "E_INVALID_MESSAGE")) throw error;
    return messageOf(error);
  }
}

function reasonToIgnore(
  list: RevocationList | undefined | string,
  kept: RevocationList | undefined,
  signers: readonly string[],
): string | undefined {
  if (typeof list === "string") return list;
  if (list === undefined)
    return kept === undefined ? undefined : `it is missing on the bus; serial ${kept.serial} remains in force`;
  if (!isSignedBy(list, signers)) return "it is not signed by a key of this node's `signers`";
  if (kept === undefined || list.serial > kept.serial) return undefined;
  if (list.serial < kept.serial)
    return `the bus has serial ${list.serial}, older than ${kept.serial}, which remains in force`;
  return list.sig === kept.sig
    ? undefined
    : `the bus has a different list with serial ${kept.serial}; the first one remains in force`;
}

async function keep({ store, makeEvent, recordEvents }: KeeperPorts, list: RevocationList): Promise<void> {
  const { serial, revoked } = list;
  await store.setFact(KEPT, JSON.stringify(list));
  const names = revoked.map(({ name }) => name);
  await recordEvents(
    makeEvent("revocations-accepted", `accepted revocation list ${serial}: revoked ${names.join(", ") || "nobody"}`, {
      data: { serial, names },
    }),
  );
}

async function reportRefused({ store, makeEvent, recordEvents }: KeeperPorts, reason = ""): Promise<void> {
  if (((await store.fact(REFUSED)) ?? "") === reason) return;
  if (reason !== "")
    await recordEvents(makeEvent("revocations-refused", `revocation list: ${reason}`, { data: { reason } }));
  await store.setFact(REFUSED, reason);
}

/** Calls during a run share one more run, which begins after the current one has ended. */
function oneAfterAnother(work: () => Promise<void>): () => Promise<void> {
  const state: { running: Promise<void>; next: Promise<void> | undefined } = {
    running: Promise.resolve(),
    next: undefined,
  };
  return () => {
    state.next ??= state.running.then(() => {
      state.running = work();
      state.next = undefined;
      return state.running;
    });
    return state.next;
  };
}
