/**
 * Exchanges host ports between components of one or several services: all old containers stop, all new ones start, and when
 * all are up they replace the old ones. If one does not come up, or a newer state arrives before, all of them go back. Killed between
 * any two steps, the next passes meet again and continue.
 */
import type { Failure } from "../../../schemas/service/observed.ts";
import type { ComponentSpec } from "../../../schemas/service/spec.ts";
import { McpError, messageOf } from "../../../values/error.ts";
import { ChildController } from "../../state/child-controller.ts";
import type { Exchange, RolloutAction } from "../model/action.ts";
import { isInfrastructureError } from "./infrastructure-error.ts";
import { discard, discardFailed, restore } from "./revert.ts";
import {
  createCandidate,
  type Ending,
  type Member,
  makeRoom,
  OthersError,
  type RolloutContext,
  replaceOthers,
} from "./rollout.ts";
import { UnansweredError, waitUp } from "./wait-up.ts";

/** How the exchange ended for one of them. */
export interface Result extends Ending {
  readonly error?: unknown;
}

type ExchangeAction = RolloutAction & { readonly exchange: Exchange };

export const isExchange = (action: RolloutAction): action is ExchangeAction => action.exchange !== undefined;

/** Prepares the new container of a component and exchanges its ports. @throws as `rollOut` */
export async function takePart(context: RolloutContext, action: ExchangeAction): Promise<Ending> {
  const candidate = await prepare(context, action).catch((error: unknown) => {
    context.callOff(action.exchange);
    throw error;
  });
  context.step(action.component, "wait", `for ${partnersOf({ context, action })}, to exchange host ports`);
  const ending = await context.meet({ context, action, candidate });
  context.signal.throwIfAborted();
  return ending;
}

/** What an interrupted start has left may not start again, so only a running container is kept. */
async function prepare(context: RolloutContext, action: ExchangeAction) {
  const { candidate, component } = action;
  if (candidate?.state === "running") return candidate;
  if (candidate !== undefined) {
    context.step(component, "remove", candidate.name);
    await context.remove(candidate.id);
  }
  return await createCandidate(context, action);
}

/** An error of one of them. */
class MemberError extends Error {
  readonly member: Member;
  override readonly cause: unknown;
  /** True when the new container did not come up: a verdict on its generation. */
  readonly isVerdict: boolean;

  constructor(member: Member, cause: unknown, isVerdict: boolean) {
    super("a component that exchanges ports");
    Object.assign(this, { name: "MemberError" });
    this.member = member;
    this.cause = cause;
    this.isVerdict = isVerdict;
  }
}

/** @throws errors of the runtime or the store: all is left as it is, and the next passes continue */
export async function carryOut(joined: readonly Member[]): Promise<ReadonlyMap<Member, Result>> {
  const members = joined.map((member) => ({ ...member, context: member.context.untilAgentStops() }));
  const newer = AbortSignal.any(joined.map(({ context }) => context.signal));
  try {
    await each(members, { isVerdict: false }, (member) =>
      makeRoom(member.context, member.action, comingWith(member, members)),
    );
    await bringUp(members, newer);
    await each(members, { isVerdict: false }, ({ context, action, candidate }) =>
      context.giveNames(candidate.id, action.spec),
    );
  } catch (thrown) {
    if (!(thrown instanceof MemberError)) throw thrown;
    const results = await goBack(members, thrown, newer.aborted);
    return new Map(joined.map((member, index) => [member, results[index] ?? {}]));
  }
  for (const { context, action } of members) await context.promote(action.component, action.spec);
  const settled = await Promise.allSettled(members.map(replace));
  return new Map(joined.map((member, index) => [member, resultOf(settled[index])]));
}

function resultOf(settled: PromiseSettledResult<void> | undefined): Result {
  return settled?.status === "rejected" ? { error: settled.reason } : {};
}

async function replace({ context, action, candidate }: Member): Promise<void> {
  await replaceOthers(context, action, candidate);
  context.step(action.component, "up");
}

/** Its own new container, and the ports of the others: volumes may be shared between components. */
function comingWith(own: Member, members: readonly Member[]): ComponentSpec[] {
  return members.map(({ action: { spec } }) => (spec === own.action.spec ? spec : { ...spec, volumes: [] }));
}

/** Dependencies are up before what depends on them starts. */
async function bringUp(members: readonly Member[], newer: AbortSignal): Promise<void> {
  const rankOf = ({ action }: Member) => action.exchange.rank;
  for (const rank of [...new Set(members.map(rankOf))].toSorted((a, b) => a - b)) {
    const failed = new ChildController(newer);
    await each(
      members.filter((member) => rankOf(member) === rank),
      { isVerdict: true, onError: () => failed.abort() },
      (member) => startAndWait(member, failed.signal),
    ).finally(() => failed.detach());
  }
}

async function startAndWait({ context, action, candidate }: Member, signal: AbortSignal): Promise<void> {
  const { component, spec } = action;
  context.step(component, "start");
  await context.start(candidate.id);
  await context.releaseWhile(() => waitUp({ ...context, signal }, candidate.id, spec));
}

interface Phase {
  readonly isVerdict: boolean;
  onError?(): void;
}

/** For each of them at the same time. @throws MemberError with the first error, when all have ended; errors of the runtime or the store */
async function each(
  members: readonly Member[],
  { isVerdict, onError }: Phase,
  work: (member: Member) => Promise<void>,
) {
  const errors: MemberError[] = [];
  const tried = members.map((member) =>
    work(member).catch((cause: unknown) => {
      errors.push(new MemberError(member, cause, isVerdict));
      onError?.();
    }),
  );
  await Promise.all(tried);
  const [first] = errors;
  if (first !== undefined) throw first;
}

/** Removes all new containers, and then starts the old ones again. */
async function goBack(members: readonly Member[], error: MemberError, isOvertaken: boolean): Promise<Result[]> {
  const cause = error.cause instanceof UnansweredError ? error.cause.cause : error.cause;
  const agentStops = members.some(({ context }) => context.signal.aborted);
  const isAbout =
    cause instanceof McpError && !isInfrastructureError(cause) && !(error.cause instanceof UnansweredError);
  if (agentStops || (!isAbout && !isOvertaken)) throw cause;
  const failures = new Map<Member, Omit<Failure, "previousServing">>();
  for (const member of members) {
    const { context, action, candidate } = member;
    if (member !== error.member || !error.isVerdict || isOvertaken || !(cause instanceof McpError))
      await discard(context, action, candidate.id);
    else failures.set(member, await discardFailed(context, action, cause));
  }
  const results: Result[] = [];
  for (const member of members) {
    const previousServing = await restore(member.context, member.action);
    const failure = failures.get(member);
    if (failure !== undefined) results.push({ failure: { ...failure, previousServing } });
    else if (member === error.member && !isOvertaken) results.push({ error: new OthersError(cause, false) });
    else
      results.push(
        waitsForOthers(
          member,
          isOvertaken ? "for which a newer state has arrived" : `which did not come up: ${messageOf(cause)}`,
        ),
      );
  }
  return results;
}

/** @param why after the names of the others */
export function waitsForOthers(member: Pick<Member, "context" | "action">, why: string): Ending {
  const { service } = member.context;
  const { component, exchange } = member.action;
  const isWithin = exchange.parties.every((party) => party.service === service);
  const message = `waits to exchange host ports with ${partnersOf(member)}, ${why}`;
  return { blocked: { component, reason: isWithin ? "dependency" : "port-taken", message } };
}

function partnersOf({ context: { service }, action }: Pick<Member, "context" | "action">): string {
  const others = action.exchange.parties.filter((p) => p.service !== service || p.component !== action.component);
  return others.map((p) => (p.service === service ? p.component : `${p.service}/${p.component}`)).join(", ");
}
