/** The table of the container language, and what everybody asks of all of its rows at once. Pure. */
import type { Wrong } from "../../values/parsed.ts";
import type { ContainerDefinition } from "./definition.ts";
import type { ContainerFields } from "./fields.ts";
import { MEMORY_ROWS } from "./memory-rows.ts";
import { NAME_ROWS } from "./name-rows.ts";
import { PROCESS_ROWS } from "./process-rows.ts";
import type { Inspected, PodmanPart, Row } from "./row.ts";

/** Complete by its type: a key without a row does not compile. */
const BY_KEY: Readonly<Record<keyof ContainerDefinition, Row>> = { ...NAME_ROWS, ...PROCESS_ROWS, ...MEMORY_ROWS };

const ROWS: readonly Row[] = Object.values(BY_KEY);

/** Adds a problem at a path below the component. */
export type AddComponentProblem = (at: readonly (string | number)[], wrong: Wrong) => void;

/** The fields of all keys that are given and right. */
export function checkContainer(draft: ContainerDefinition, add: AddComponentProblem): ContainerFields {
  return joined(ROWS.map((row) => row.check(draft, (at, wrong) => add([row.key, ...at], wrong))));
}

export function containerInWords(fields: ContainerFields): ContainerDefinition {
  return joined(ROWS.map((row) => row.words(fields)));
}

/** The parts of create's body. No two keys have the same one. */
export function toPodman(fields: ContainerFields): PodmanPart {
  return joined(ROWS.map((row) => row.toPodman(fields)));
}

/** What a container has, whether somebody asked for it or not. */
export function readContainer(container: unknown): ContainerFields {
  return joined(ROWS.map((row) => row.read(container)));
}

/** What a definition must say to get such a container. */
export function saidOfContainer(inspected: Inspected): ContainerFields {
  return joined(ROWS.map((row) => row.said(inspected)));
}

/** Of each wanted field what the container has; the wanted value where both mean the same. */
export function comparedContainer(want: ContainerFields, have: ContainerFields): ContainerFields {
  return joined(ROWS.map((row) => row.compared(want, have)));
}

/** The keys that a component uses, as people write them. */
export function usedKeys(fields: ContainerFields): (keyof ContainerDefinition)[] {
  return ROWS.flatMap(({ key, field }) => (fields[field] === undefined ? [] : [key]));
}

/** The fields alone, of anything that has more. */
export function containerFields(from: ContainerFields): ContainerFields {
  const entries = ROWS.flatMap(({ field }) => (from[field] === undefined ? [] : [[field, from[field]]]));
  return Object.fromEntries(entries);
}

/** Everything but the fields. */
export function withoutContainerFields<T extends ContainerFields>(from: T): Omit<T, keyof ContainerFields> {
  const fields: readonly string[] = ROWS.map(({ field }) => field);
  return Object.fromEntries(Object.entries(from).filter(([key]) => !fields.includes(key))) as Omit<
    T,
    keyof ContainerFields
  >;
}

type PerKey<T> = Readonly<Record<keyof ContainerDefinition, T>>;

/** What the absence of each key means. */
export const CONTAINER_KEY_DEFAULTS = perKey(({ silence }) => ({ text: silence }));

/** A valid value of each key, as TOML. */
export const CONTAINER_EXAMPLES = perKey(({ example }) => example);

function perKey<T>(of: (row: Row) => T): PerKey<T> {
  return Object.fromEntries(ROWS.map((row) => [row.key, of(row)])) as PerKey<T>;
}

function joined<T extends object>(parts: readonly T[]): T {
  return Object.assign({}, ...parts);
}
