/**
 * What differs between two specs, in the words of a definition. Components are matched by name, lists compared as a
 * whole, and the values of environment variables are never shown: they may be secrets.
 */
import type { FieldDifference } from "./drift.ts";
import { ENV_WORDS } from "./redact.ts";
import type { ComponentSpec, ServiceSpec } from "./spec.ts";
import { componentInWords, healthInWords } from "./spec-to-definition.ts";

const { none: NONE, set: SET, changed: CHANGED } = ENV_WORDS;

/** Empty when both say the same; `have` undefined means that there is nothing yet. */
export function diffSpecs(want: ServiceSpec, have: ServiceSpec | undefined): FieldDifference[] {
  const names = new Set([...want.components, ...(have?.components ?? [])].map(({ name }) => name));
  const find = (spec: ServiceSpec | undefined, name: string) => spec?.components.find((one) => one.name === name);
  return [
    ...diffValues("name", want.name, have?.name),
    ...diffValues("active", want.active, have?.active),
    ...diffValues("drift", want.drift, have?.drift),
    ...[...names].flatMap((name) => diffComponents(`components.${name}`, find(want, name), find(have, name))),
  ];
}

/** The fields in which two specs of one component differ, named as in its table: `image`, `env.LOG`. */
export function diffComponentFields(want: ComponentSpec, have: ComponentSpec): FieldDifference[] {
  return diffComponents("", want, have).map(({ field, ...rest }) => ({ ...rest, field: field.slice(1) }));
}

/** A component that only one side has is one line with its image. */
function diffComponents(
  field: string,
  want: ComponentSpec | undefined,
  have: ComponentSpec | undefined,
): FieldDifference[] {
  if (want === undefined || have === undefined) {
    return [{ field, want: want?.image ?? NONE, have: have?.image ?? NONE }];
  }
  const { env: _w, labels: wantLabels = {}, ...wantWords } = componentInWords(want);
  const { env: _h, labels: haveLabels = {}, ...haveWords } = componentInWords(have);
  return [
    ...diffMembers(field, wantWords, haveWords),
    ...diffEnv(`${field}.env`, want.env, have.env),
    ...diffMembers(`${field}.labels`, wantLabels, haveLabels),
    ...diffMembers(
      `${field}.health`,
      want.health && healthInWords(want.health),
      have.health && healthInWords(have.health),
    ),
  ];
}

function diffMembers(field: string, want: object = {}, have: object = {}): FieldDifference[] {
  return keysOf(want, have).flatMap((key) => diffValues(`${field}.${key}`, own(want, key), own(have, key)));
}

function keysOf(want: object, have: object): string[] {
  return [...new Set([...Object.keys(want), ...Object.keys(have)])];
}

/** Keys come from people: `constructor` must not find what every object inherits. */
function own(record: object, key: string): unknown {
  return Object.getOwnPropertyDescriptor(record, key)?.value;
}

function diffValues(field: string, want: unknown, have: unknown): FieldDifference[] {
  const difference = { field, want: shown(want), have: shown(have) };
  return difference.want === difference.have ? [] : [difference];
}

function shown(value: unknown): string {
  if (value === undefined) return NONE;
  return typeof value === "string" ? JSON.stringify(value).slice(1, -1) : JSON.stringify(value);
}

function diffEnv(prefix: string, want: ComponentSpec["env"], have: ComponentSpec["env"]): FieldDifference[] {
  const changed = keysOf(want, have).filter((key) => own(want, key) !== own(have, key));
  return changed.map((key) => {
    const field = `${prefix}.${key}`;
    if (own(want, key) === undefined) return { field, want: NONE, have: SET };
    return own(have, key) === undefined ? { field, want: SET, have: NONE } : { field, want: CHANGED, have: SET };
  });
}
