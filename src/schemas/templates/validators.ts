/**
 * The only typia calls. `npm run generate` writes ../generated/validators.ts and docs/schemas from these; one line a
 * type. On the wire unknown members are tolerated; in files people write they are errors (`createValidateEquals`).
 */
import typia from "typia";
import type { ServiceDefinition } from "../service/definition.ts";
import type { DesiredService, NodeIndex } from "../service/desired.ts";
import type { DraftDefinition } from "../service/draft-definition.ts";
import type { ObservedService } from "../service/observed.ts";
import type { RevocationList } from "../service/proof.ts";
import type { AuthSettingsFile } from "../settings/auth-settings-file.ts";
import type { IdentityBusFile, IdentityServerFile, IssuedTrust, OperatorsFile } from "../settings/identity-file.ts";
import type { MciasError, MciasKey, MciasLogin, MciasValidation } from "../settings/mcias.ts";
import type { AgentSettingsFile, CliSettingsFile } from "../settings/settings-file.ts";
import type { NodeBundle, OperatorBundle } from "../wire/bundle.ts";
import type { McpEvent } from "../wire/event.ts";
import type { LoginAnswer, LoginRequest, SealedMessage } from "../wire/login.ts";
import type { NodeRecord, Presence } from "../wire/presence.ts";
import type { AgentReply, AgentRequest } from "../wire/request.ts";

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
