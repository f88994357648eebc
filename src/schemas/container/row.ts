/**
 * One row for each key of the container language: how people write it, what podman's create takes, what podman's inspect shows, and
 * when two values mean the same. Everything that depends on a key is in its row.
 */
import { isDeepStrictEqual } from "node:util";
import { isWrong, type Parsed, type Wrong } from "../../values/parsed.ts";
import type { ContainerDefinition } from "./definition.ts";
import type { ContainerFields } from "./fields.ts";

/** Podman's inspect of a container, and of its image. */
export interface Inspected {
  readonly container: unknown;
  readonly image: unknown;
  /** The component whose container it is by its labels, whose name is its host name by default. */
  readonly component?: string | undefined;
  /** The node's own host name, which a container on the node's network has by default. */
  readonly nodeHostname?: string;
}

/** A part of podman's SpecGenerator; names and units are podman's. */
export interface PodmanPart {
  readonly hostname?: string;
  readonly entrypoint?: readonly string[];
  readonly work_dir?: string;
  readonly init?: boolean;
  readonly terminal?: boolean;
  readonly stdin?: boolean;
  readonly stop_signal?: number;
  readonly shm_size?: number;
  readonly hostadd?: readonly string[];
  readonly dns_server?: readonly string[];
  readonly dns_search?: readonly string[];
  readonly mounts?: readonly object[];
}

/** Adds a problem; `at` is the path below the key: empty, or the index of an element. */
export type AddProblem = (at: readonly number[], wrong: Wrong) => void;

interface Parts<W, S> {
  /** A valid value as TOML. */
  readonly example: string;
  /** What absence means, for people. */
  readonly silence: string;
  /** Undefined when it is wrong; `add` then has got the reason. */
  parse(given: W, add: AddProblem): S | undefined;
  write(value: S): W;
  toPodman(value: S): PodmanPart;
  /** What the container has, whether somebody asked for it or not. */
  read(container: unknown): S | undefined;
  /** The part of it that a definition must say: not what the image or podman sets anyway. */
  said?(value: S, inspected: Inspected): S | undefined;
  /** Default: deep equality. */
  isSame?(want: S, have: S): boolean;
}

export interface Row {
  readonly key: keyof ContainerDefinition;
  readonly field: keyof ContainerFields;
  readonly example: string;
  readonly silence: string;
  check(draft: ContainerDefinition, add: AddProblem): ContainerFields;
  words(fields: ContainerFields): ContainerDefinition;
  toPodman(fields: ContainerFields): PodmanPart;
  read(container: unknown): ContainerFields;
  said(inspected: Inspected): ContainerFields;
  /** What the container has where that differs from what is wanted; else what is wanted. A field that nobody wants never differs. */
  compared(want: ContainerFields, have: ContainerFields): ContainerFields;
}

/** Ties a key of a definition to the field of a spec that it becomes. */
export function row<K extends keyof ContainerDefinition, F extends keyof ContainerFields>(
  key: K,
  field: F,
  parts: Parts<NonNullable<ContainerDefinition[K]>, NonNullable<ContainerFields[F]>>,
): Row {
  const { example, silence, isSame = isDeepStrictEqual, said = (value) => value } = parts;
  type Value = NonNullable<ContainerFields[F]>;
  const fields = (value: Value | undefined): ContainerFields => (value === undefined ? {} : { [field]: value });
  return {
    ...{ key, field, example, silence },
    check: ({ [key]: given }, add) => fields(given === undefined ? undefined : parts.parse(given, add)),
    words: ({ [field]: value }) => (value === undefined ? {} : { [key]: parts.write(value) }),
    toPodman: ({ [field]: value }) => (value === undefined ? {} : parts.toPodman(value)),
    read: (container) => fields(parts.read(container)),
    said: (inspected) => {
      const value = parts.read(inspected.container);
      return fields(value === undefined ? undefined : said(value, inspected));
    },
    compared: (wanted, has) => {
      const [want, have]: (Value | undefined)[] = [wanted[field] ?? undefined, has[field] ?? undefined];
      return fields(want === undefined || (have !== undefined && isSame(want, have)) ? want : have);
    },
  };
}

/** For a key with one value. */
export const one =
  <W, S>(parse: (given: W) => Parsed<S>) =>
  (given: W, add: AddProblem): S | undefined => {
    const parsed = parse(given);
    if (!isWrong(parsed)) return parsed.value;
    add([], parsed);
    return undefined;
  };

/** For a list, of which an empty one is as good as none; `sameAs` names what two elements must not share. */
export const each =
  <S>(parse: (given: string) => Parsed<S>, sameAs: { readonly what: string; readonly of: (value: S) => string }) =>
  (given: readonly string[], add: AddProblem): S[] | undefined => {
    const seen = new Set<string>();
    const values = given.flatMap((text, index) => {
      const parsed = parse(text);
      const key = isWrong(parsed) ? undefined : sameAs.of(parsed.value);
      const twice =
        key !== undefined && seen.has(key) ? { wrong: `${sameAs.what} "${key}" is given twice` } : undefined;
      const wrong = isWrong(parsed) ? parsed : twice;
      if (key !== undefined) seen.add(key);
      if (wrong !== undefined) add([index], wrong);
      return isWrong(parsed) ? [] : [parsed.value];
    });
    return values.length === 0 ? undefined : values;
  };
