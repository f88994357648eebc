/**
 * The only typia calls. `npm run generate` writes ../generated/validators.ts and docs/schemas from these; one line a
 * type. On the wire unknown members are tolerated; in files people write they are errors (`createValidateEquals`).
 */
import typia from "typia";
import type { AuthSettingsFile } from "../auth-settings-file.ts";
import type { NodeBundle, OperatorBundle } from "../bundle.ts";
import type { ServiceDefinition } from "../definition.ts";
import type { DesiredService, NodeIndex } from "../desired.ts";
import type { DraftDefinition } from "../draft-definition.ts";
import type { McpEvent } from "../event.ts";
import type { IdentityBusFile, IdentityServerFile, IssuedTrust, OperatorsFile } from "../identity-file.ts";
import type { LoginAnswer, LoginRequest, SealedMessage } from "../login.ts";
import type { MciasError, MciasKey, MciasLogin, MciasValidation } from "../mcias.ts";
import type { ObservedService } from "../observed.ts";
import type { NodeRecord, Presence } from "../presence.ts";
import type { RevocationList } from "../proof.ts";
import type { AgentReply, AgentRequest } from "../request.ts";
import type { AgentSettingsFile, CliSettingsFile } from "../settings-file.ts";

export const validateDefinition = typia.createValidateEquals<ServiceDefinition>();
export const validateDraftDefinition = typia.createValidate<DraftDefinition>();
export const validateCliSettings = typia.createValidateEquals<CliSettingsFile>();
export const validateAgentSettings = typia.createValidateEquals<AgentSettingsFile>();
export const validateAuthSettings = typia.createValidateEquals<AuthSettingsFile>();
export const validateDesired = typia.createValidate<DesiredService>();
export const validateIndex = typia.createValidate<NodeIndex>();
export const validateObserved = typia.createValidate<ObservedService>();
export const validatePresence = typia.createValidate<Presence>();
export const validateNodeRecord = typia.createValidate<NodeRecord>();
export const validateEvent = typia.createValidate<McpEvent>();
export const validateRequest = typia.createValidate<AgentRequest>();
export const validateRevocations = typia.createValidate<RevocationList>();
export const validateNodeBundle = typia.createValidate<NodeBundle>();
export const validateOperatorBundle = typia.createValidate<OperatorBundle>();
export const validateReply = typia.createValidate<AgentReply>();
export const validateSealedMessage = typia.createValidate<SealedMessage>();
export const validateLoginRequest = typia.createValidate<LoginRequest>();
export const validateLoginAnswer = typia.createValidate<LoginAnswer>();
export const validateOperatorsFile = typia.createValidate<OperatorsFile>();
export const validateIdentityBusFile = typia.createValidate<IdentityBusFile>();
export const validateMciasLogin = typia.createValidate<MciasLogin>();
export const validateMciasValidation = typia.createValidate<MciasValidation>();
export const validateMciasKey = typia.createValidate<MciasKey>();
export const validateMciasError = typia.createValidate<MciasError>();
export const validateIdentityServerFile = typia.createValidate<IdentityServerFile>();
export const validateIssuedTrust = typia.createValidate<IssuedTrust>();
