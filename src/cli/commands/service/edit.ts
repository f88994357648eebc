/** `mcp service edit`: the local definition in an editor, checked before it is saved, then what it would change. */
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { Option } from "clipanion";
import { readText } from "../../../disk/read-text.ts";
import { replacePrivateText, replaceText } from "../../../disk/replace-text.ts";
import type { NodePlan } from "../../../schemas/output/change-output.ts";
import type { ServiceEditOutput } from "../../../schemas/output/service-output.ts";
import { hasCode, McpError, messageOf } from "../../../values/error.ts";
import type { ServiceName } from "../../../values/names.ts";
import { requireWholeService } from "../../arguments/require-whole-service.ts";
import { BaseCommand } from "../../base/base-command.ts";
import { ChangeContextCommand } from "../../base/change-context-command.ts";
import { refOf } from "../../change/ancestry.ts";
import { planNode, printPlans } from "../../change/node-plan.ts";
import { readDeployTarget } from "../../change/read-deploy-target.ts";
import { readSnapshot } from "../../change/read-snapshot.ts";
import { signature } from "../../change/signature.ts";
import { staleNodes } from "../../change/stale-nodes.ts";
import { ask, hasTerminal } from "../../context/confirm.ts";
import { exportDefinition } from "../../definition/export-definition.ts";
import { definitionPath, findDefinition } from "../../definition/find-definition.ts";
import { parseDefinition } from "../../definition/read-definition.ts";
import { readSelector, resolveSelector } from "../../fleet/select.ts";

/** The text to edit: the file, or the stored spec if the file does not exist. */
interface Beginning {
  readonly path: string;
  readonly text: string;
  /** Undefined when the file does not exist. */
  readonly old: string | undefined;
  readonly isPrivate: boolean;
}

export class ServiceEditCommand extends ChangeContextCommand {
  static override paths = [["service", "edit"]];
  static override usage = BaseCommand.describe({
    category: "Services",
    description: "Edit a definition in $VISUAL or $EDITOR, and show what it would change",
    details: `Opens a copy, checks it when the editor exits, and saves it only when it is valid. Otherwise you can edit it again or drop it.
Without a definition here it starts with the stored spec. Nothing is sent: use \`mcp deploy\`.`,
    examples: [
      ["Change the definition of web", "$0 service edit web"],
      ["The same, with what it would change for a program", "$0 service edit web --json"],
    ],
  });

  service = Option.String({ name: "service", required: true });

  async run() {
    const selector = readSelector(this.service);
    requireWholeService(selector, "service edit");
    if (selector.node !== undefined) throw new McpError("E_USAGE", "a definition is for all nodes: leave out the node");
    if (!hasTerminal(this.context)) {
      throw new McpError("E_USAGE", "there is no terminal to edit at", {
        hint: "change the file itself, then check it with `mcp plan`",
      });
    }
    const { service } = selector;
    const beginning = await this.#begin(service);
    const changed = await this.#edit(service, beginning);
    const plans = changed ? await this.#plan(service) : undefined;
    const facts = { service, path: beginning.path, changed };
    const output = plans === undefined ? facts : { ...facts, plans };
    if (this.json) this.out.document(output satisfies ServiceEditOutput);
    else if (!changed) this.out.note(`${beginning.path}: left as it was`);
    return undefined;
  }

  async #begin(service: ServiceName): Promise<Beginning> {
    const { servicesDir } = await this.settings();
    const path = definitionPath(servicesDir, service);
    try {
      const text = await readText(path, "E_DEFINITION");
      return { path, text, old: text, isPrivate: false };
    } catch (error) {
      if (!hasCode(error, "E_NOT_FOUND")) throw error;
      return { path, old: undefined, ...(await this.#fromBus(service, servicesDir)) };
    }
  }

  /** @throws McpError E_NOT_FOUND with the nearest definition, when the bus does not know the service either */
  async #fromBus(service: ServiceName, servicesDir: string): Promise<Pick<Beginning, "text" | "isPrivate">> {
    const stored = await resolveSelector(await this.bus(), { service }).catch((error) => {
      if (hasCode(error, "E_NOT_FOUND")) return undefined;
      throw error;
    });
    if (stored === undefined) await findDefinition(servicesDir, service);
    const { text, holdsEnv } = exportDefinition(service, stored ?? []);
    this.out.note(`no definition of ${service} here: this is the stored spec`);
    return { text, isPrivate: holdsEnv };
  }

  /** @returns whether something was saved. Text that could not be saved is kept in a file. */
  async #edit(service: ServiceName, beginning: Beginning): Promise<boolean> {
    const { openDraft } = await import("../../edit/open-draft.ts"); // only this command loads it
    const draft = await openDraft(this.context, `${service}.toml`, beginning.text);
    const work = { isLost: false };
    try {
      for (;;) {
        const text = await draft.edit();
        if (text === beginning.text && beginning.old !== undefined) return false;
        work.isLost = true;
        const problem = problemOf(beginning.path, text, service);
        const saved = problem === undefined ? await this.#save(beginning, text) : await this.#drops(problem);
        if (saved === undefined) continue;
        work.isLost = false;
        return problem === undefined;
      }
    } finally {
      if (work.isLost) this.out.complain(`what you wrote is kept in ${draft.path}`);
      else await draft.remove();
    }
  }

  /** True to drop an invalid definition, undefined to edit it again. @throws McpError E_DEFINITION when nobody answers */
  async #drops(problem: McpError): Promise<true | undefined> {
    for (const line of problem.message.split("\n")) this.out.complain(line);
    const answer = (await ask(this.context, "Edit it again, or drop your changes? [e/d] ")).trim().toLowerCase();
    if (answer.startsWith("d")) return true;
    if (answer === "") throw problem;
    return undefined;
  }

  async #save({ path, old, isPrivate: wasPrivate }: Beginning, text: string): Promise<true> {
    if (old === undefined) await mkdir(dirname(path), { recursive: true });
    const isPrivate = wasPrivate || (old === undefined && holdsEnv(path, text));
    await (isPrivate ? replacePrivateText : replaceText)(path, text, old);
    this.out.note(`${path}: saved`);
    return true;
  }

  /** The stored state is shown here, so it counts as seen. */
  async #plan(service: ServiceName): Promise<readonly NodePlan[] | undefined> {
    try {
      const deployTarget = await readDeployTarget(this.context, { service, file: undefined, config: this.config });
      const changeContext = await this.changeContext();
      const snapshots = await Promise.all(
        deployTarget.nodes.map((node) => readSnapshot(changeContext, { service, node })),
      );
      const { bus } = changeContext;
      const note = (text: string) => this.out.note(text);
      const ports = {
        bus,
        note,
        signal: this.context.signal,
        signed: signature(this.context, { bus, command: "edit", message: undefined }),
      };
      const planned = await Promise.all(snapshots.map((one) => planNode(ports, deployTarget, one)));
      if (!this.json) printPlans(this.out, planned, await staleNodes(changeContext.bus, deployTarget));
      const shown = snapshots.flatMap(({ node, stored }) =>
        stored === undefined ? [] : [{ node, service, ...refOf(stored.document) }],
      );
      await changeContext.seen.writeAll(shown);
      return planned.map(({ plan }) => plan);
    } catch (error) {
      if (!(error instanceof McpError)) throw error;
      this.out.warn(`it is saved, but cannot show what it would change: ${messageOf(error)}`);
      return undefined;
    }
  }
}

function holdsEnv(path: string, text: string): boolean {
  return parseDefinition(path, text).spec.components.some(({ env }) => Object.keys(env).length > 0);
}

function problemOf(path: string, text: string, service: ServiceName): McpError | undefined {
  try {
    parseDefinition(path, text, service);
    return undefined;
  } catch (error) {
    if (hasCode(error, "E_DEFINITION") && error instanceof McpError) return error;
    throw error;
  }
}
