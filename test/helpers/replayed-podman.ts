/**
 * A podman that answers as another one was recorded to answer, over a unix socket, to the client under test. It shows the
 * recorded containers and changes nothing: whoever asks for a change is refused, and what he asked for is kept.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { join } from "node:path";
import type { RecordedAnswer } from "./recorded-releases.ts";
import type { Scope } from "./scope.ts";
import { tempDir } from "./temp-dir.ts";

export interface ReplayedPodman {
  readonly socketPath: string;
  /** What was asked, oldest first: method and path, and the filters of a list. */
  readonly asked: readonly string[];
  /** Of these what would have changed something; a command in a container, as health checks run them, does not. */
  readonly changes: readonly string[];
  /** Questions to which no answer was recorded. */
  readonly unknown: readonly string[];
}

interface Replay {
  readonly answers: ReadonlyMap<string, RecordedAnswer>;
  readonly asked: string[];
  readonly changes: string[];
  readonly unknown: string[];
}

/** Ends with the scope. */
export async function replayPodman(scope: Scope, recorded: readonly RecordedAnswer[]): Promise<ReplayedPodman> {
  const socketPath = join(await tempDir(scope, 0o755), "podman.sock");
  const answers = new Map(recorded.map((answer) => [answer.path, answer]));
  const replay: Replay = { answers, asked: [], changes: [], unknown: [] };
  const server = createServer((request, response) => answer(replay, request, response));
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  scope.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { asked, changes, unknown } = replay;
  return { socketPath, asked, changes, unknown };
}

function answer(replay: Replay, { method = "", url = "" }: IncomingMessage, response: ServerResponse): void {
  const { pathname, searchParams } = new URL(url, "http://podman");
  const path = pathname.replace(/^\/v[\d.]+\/libpod/, "");
  const filters = searchParams.get("filters") ?? undefined;
  replay.asked.push([method, path, ...(filters === undefined ? [] : [filters])].join(" "));
  if (path === "/events") {
    response.writeHead(200).flushHeaders(); // nothing happens here
    return;
  }
  const reference = searchParams.get("reference") ?? "";
  const { status, body } = answerTo(replay, { method, path, filters, reference });
  response.writeHead(status).end(body);
}

interface Question {
  readonly method: string;
  readonly path: string;
  readonly filters: string | undefined;
  readonly reference: string;
}

type Said = Pick<RecordedAnswer, "status" | "body">;

function answerTo(replay: Replay, { method, path, filters = "{}", reference }: Question): Said {
  const command = commandAnswer(method, path) ?? pullAnswer(replay, { method, path, reference });
  if (command !== undefined) return command;
  if (method !== "GET") {
    replay.changes.push(`${method} ${path}`);
    return refusal(500, "a replayed podman changes nothing");
  }
  const found = replay.answers.get(path);
  if (found === undefined) {
    replay.unknown.push(path);
    return refusal(404, "it was not recorded");
  }
  return path === "/containers/json" ? { ...found, body: filtered(found.body, JSON.parse(filters)) } : found;
}

const refusal = (response: number, message: string): Said => ({
  status: response,
  body: JSON.stringify({ cause: "replayed", message, response }),
});

/** A command that is run in a container, whichever, ends well; and its process is there. */
function commandAnswer(method: string, path: string): Said | undefined {
  if (/^\/containers\/[0-9a-f]{64}\/top$/.test(path))
    return { status: 200, body: '{"Processes":[["1"]],"Titles":["PID"]}' };
  if (method === "POST" && /^\/containers\/[0-9a-f]{64}\/exec$/.test(path)) return { status: 201, body: '{"Id":"e1"}' };
  if (path === "/exec/e1/start") return { status: 200, body: "" };
  return path === "/exec/e1/json" ? { status: 200, body: '{"Running":false,"ExitCode":0,"Pid":0}' } : undefined;
}

/** The registry has the image that is here already, so its pull changes nothing. */
function pullAnswer(replay: Replay, { method, path, reference }: Omit<Question, "filters">): Said | undefined {
  const known = replay.answers.get(`/images/${encodeURIComponent(reference)}/json`);
  if (method !== "POST" || path !== "/images/pull" || known === undefined) return undefined;
  const { Id } = JSON.parse(known.body) as { readonly Id: string };
  return { status: 200, body: JSON.stringify({ id: Id }) };
}

type Filters = Readonly<Partial<Record<"label" | "id" | "name", readonly string[]>>>;

interface Listed {
  readonly Id: string;
  readonly Names: readonly string[];
  readonly Labels: Readonly<Record<string, string>> | null;
}

/** The list as podman filters it: of labels all must fit, of ids and names one. */
function filtered(body: string, { label = [], id, name }: Filters): string {
  const listed = JSON.parse(body) as Listed[];
  return JSON.stringify(
    listed.filter(
      ({ Id, Names, Labels }) =>
        label.every((one) => Labels?.[one.split("=", 1)[0] ?? ""] === one.slice(one.indexOf("=") + 1)) &&
        (id?.some((one) => Id.startsWith(one)) ?? true) &&
        (name?.some((pattern) => Names.some((one) => new RegExp(pattern).test(one))) ?? true),
    ),
  );
}
