/** The step that a node is at with a component, and how it reads. Pure. */
import type { CurrentStep, ObservedComponent, ObservedService, StepName } from "../../schemas/service/observed.ts";
import { ageText, msSince } from "../output/age.ts";
import { stepDetail, stepWord } from "../output/words.ts";

/** Steps that end the work on a component. */
const LAST: readonly StepName[] = ["up", "healthy", "unchanged", "restore"];

/** Components with their current step. 0.1 agents report only the list of steps, whose last one is under way. */
export function withCurrentSteps({
  components,
  steps,
  state,
  accepted,
}: ObservedService): readonly ObservedComponent[] {
  if (state !== "progressing" || components.some(({ step }) => step !== undefined)) return components;
  return components.map((component) => {
    const last = steps.findLast(
      (step) => step.component === component.name && step.generation === accepted?.generation,
    );
    if (last === undefined || LAST.includes(last.step)) return component;
    const { step: name, at: since, detail } = last;
    return { ...component, step: { name, since, ...(detail === undefined ? {} : { detail }) } };
  });
}

/** `pulling registry.example.net/web:v2`. */
export function stepText({ name, detail }: CurrentStep): string {
  const more = stepDetail(name, detail);
  return more === undefined ? stepWord(name) : `${stepWord(name)} ${more}`;
}

/** `pulling registry.example.net/web:v2 for 12s`. */
export function stepTextWithAge(step: CurrentStep, nowMs: number): string {
  return `${stepText(step)} for ${ageText(msSince(step.since, nowMs))}`;
}

/** `starting` while the health check of a running container has not passed yet; else the state of the container. */
export function componentState({ state, health }: Pick<ObservedComponent, "state" | "health">): string {
  return state === "running" && health === "starting" ? "starting" : state;
}

/** What happens now, in one line; undefined when nothing does. */
export function progressText(components: readonly ObservedComponent[]): string | undefined {
  const busy = components.find(({ step }) => step !== undefined);
  if (busy?.step !== undefined) return `${busy.name}: ${stepText(busy.step)}`;
  const starting = components.find((component) => componentState(component) === "starting");
  return starting === undefined ? undefined : `${starting.name}: starting, its health check has not passed yet`;
}
