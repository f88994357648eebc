/**
 * Where components of one or several services wait for each other before they exchange host ports. The last one to come carries
 * out the exchange for all. Nothing has been stopped until then, so each of them may leave.
 */
import { type Deferred, deferred } from "../../../values/deferred.ts";
import type { ServiceName } from "../../../values/names.ts";
import { ChildController } from "../../state/child-controller.ts";
import type { Clock } from "../../state/clock.ts";
import type { Exchange, Party } from "../model/action.ts";
import { carryOut, type Result, waitsForOthers } from "./exchange.ts";
import type { Ending, Member } from "./rollout.ts";

export interface Meetings {
  /** @throws errors of the runtime or the store; an OthersError when only the old containers could not be handled */
  join(member: Member): Promise<Ending>;
  /** Those that wait need not wait any longer. */
  callOff(exchange: Exchange): void;
}

export interface MeetingPorts {
  readonly clock: Pick<Clock, "sleep">;
  /** Requests a pass over a service whose component has not come yet. */
  wake(service: ServiceName): void;
}

/** They have to come within this time: their own passes prepare new containers, and then wake the others again. */
const PATIENCE_MS = 10_000;

interface Meeting {
  readonly members: Set<Member>;
  /** Aborts when the wait is over before all have come. */
  readonly calledOff: AbortController;
  readonly results: Deferred<ReadonlyMap<Member, Result>>;
  hasBegun: boolean;
}

export function createMeetings({ clock, wake }: MeetingPorts): Meetings {
  const open = new Map<string, Meeting>();
  const join = async (member: Member): Promise<Ending> => {
    const { parties } = member.action.exchange;
    const key = keyOf(parties);
    const meeting = open.get(key) ?? newMeeting();
    meeting.members.add(member);
    open.set(key, meeting);
    if (meeting.members.size === parties.length) {
      open.delete(key);
      meeting.hasBegun = true;
      carryOut([...meeting.members]).then(meeting.results.resolve, meeting.results.reject);
    } else {
      for (const service of new Set(parties.map((party) => party.service)))
        if (service !== member.context.service) wake(service);
    }
    await waitForOthers(clock, meeting, member);
    if (meeting.hasBegun) return endingOf((await meeting.results.promise).get(member));
    meeting.members.delete(member);
    if (meeting.members.size === 0 && open.get(key) === meeting) open.delete(key);
    member.context.signal.throwIfAborted();
    return waitsForOthers(member, "which cannot be replaced now");
  };
  const callOff = ({ parties }: Exchange) => open.get(keyOf(parties))?.calledOff.abort();
  return { join, callOff };
}

const keyOf = (parties: readonly Party[]) =>
  parties.map(({ service, component, spec }) => `${service}/${component}@${spec}`).join(" ");

function newMeeting(): Meeting {
  return { members: new Set(), calledOff: new AbortController(), results: deferred(), hasBegun: false };
}

/** Until the exchange is over, or the member has to leave before it has begun. Never rejects. */
async function waitForOthers(
  clock: MeetingPorts["clock"],
  { results, calledOff }: Meeting,
  { context }: Member,
): Promise<void> {
  const over = new ChildController(AbortSignal.any([context.signal, calledOff.signal]));
  const patience = clock.sleep(PATIENCE_MS, over.signal);
  await Promise.race([results.promise, patience]).catch(() => undefined);
  over.abort();
}

function endingOf(result: Result | undefined): Ending {
  if (result?.error !== undefined) throw result.error;
  return result ?? {};
}
