/**
 * Bytes ↔ checked documents. Everything that arrives from outside is decoded here. A failure is E_INVALID_MESSAGE with the
 * path of the wrong value, never the value itself, which may be a secret.
 */
import type { IValidation } from "typia";
import { hasCanonicalForm } from "../../values/canonical.ts";
import { McpError } from "../../values/error.ts";
import { parseJson } from "../../values/json-text.ts";
import {
  validateDesired,
  validateEvent,
  validateIndex,
  validateLoginAnswer,
  validateLoginRequest,
  validateMciasError,
  validateMciasKey,
  validateMciasLogin,
  validateMciasValidation,
  validateNodeBundle,
  validateNodeRecord,
  validateObserved,
  validateOperatorBundle,
  validatePresence,
  validateReply,
  validateRequest,
  validateRevocations,
  validateSealedMessage,
} from "../generated/validators.ts";

export interface Codec<T> {
  /** UTF-8 JSON. */
  encode(value: T): Uint8Array;
  /**
   * @throws McpError E_INVALID_MESSAGE if it is not JSON, does not have this shape, or has no canonical form: nested deeper
   *   than 200 levels, or with a number beyond a double's range
   */
  decode(bytes: Uint8Array): T;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

/** Refuses numbers such as 1e999, which would be infinite here and null when written again. */
function parse(what: string, bytes: Uint8Array): unknown {
  const { text, value } = parseUtf8(what, bytes);
  if (hasCanonicalForm(text, value)) return value;
  throw new McpError("E_INVALID_MESSAGE", `${what}: a number is too large, or the data is nested too deeply`);
}

function parseUtf8(what: string, bytes: Uint8Array): { text: string; value: unknown } {
  try {
    const text = decoder.decode(bytes);
    return { text, value: parseJson(text) };
  } catch (cause) {
    throw new McpError("E_INVALID_MESSAGE", `${what} is not UTF-8 JSON`, { cause });
  }
}

function codec<T>(what: string, validate: (input: unknown) => IValidation<T>): Codec<T> {
  return {
    encode: (value) => encoder.encode(JSON.stringify(value)),
    decode: (bytes) => {
      const result = validate(parse(what, bytes));
      if (result.success) return result.data;
      const { path = "?", expected = "valid" } = result.errors[0] ?? {};
      throw new McpError("E_INVALID_MESSAGE", `${what}: ${path} is not ${isReadable(expected) ? expected : "valid"}`);
    },
  };
}

/** False for a long list of types without names. */
const isReadable = (expected: string) => !expected.includes("__type");

export const desiredCodec = codec("desired state", validateDesired);
export const indexCodec = codec("index of services", validateIndex);
export const observedCodec = codec("observed state", validateObserved);
export const presenceCodec = codec("presence", validatePresence);
export const nodeRecordCodec = codec("node record", validateNodeRecord);
export const eventCodec = codec("event", validateEvent);
export const requestCodec = codec("request", validateRequest);
export const revocationsCodec = codec("revocation list", validateRevocations);
export const nodeBundleCodec = codec("the bundle of a node", validateNodeBundle);
export const operatorBundleCodec = codec("the bundle of an operator", validateOperatorBundle);
export const replyCodec = codec("reply", validateReply);
export const sealedCodec = codec("sealed message", validateSealedMessage);
export const loginRequestCodec = codec("login", validateLoginRequest);
export const loginAnswerCodec = codec("answer to a login", validateLoginAnswer);
export const mciasLoginCodec = codec("MCIAS's answer to a login", validateMciasLogin);
export const mciasValidationCodec = codec("MCIAS's word on a token", validateMciasValidation);
export const mciasKeyCodec = codec("MCIAS's public key", validateMciasKey);
export const mciasErrorCodec = codec("MCIAS's refusal", validateMciasError);
